"""Who a part's fields belong to, on the product's staff page."""

from __future__ import annotations

import pytest
from django.urls import reverse
from oscar.core.loading import get_model

from dealer_import.models import FieldOwner
from dealer_import.queries.owners import owned_fields
from shopflow.core.models import AuditEntry
from shopflow.parts.models import PartRecord

pytestmark = pytest.mark.django_db
Product, StockRecord = get_model("catalogue", "Product"), get_model("partner", "StockRecord")


@pytest.fixture
def part(bring_in, export):
    bring_in(export.write(export.good))
    return PartRecord.objects.get(number_display="1N0 000 013 AC")


@pytest.fixture
def chef(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("chef@example.org", "x"))
    return client


def owners(part) -> dict[str, str]:
    return {field.name: field.owner for field in owned_fields(part.product_id)}


def test_each_delivered_field_names_its_owner(part, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        found = owners(part)
    assert (found["title"], found["list_price"], found["stock"]) == ("dms", "dms", "dms")
    assert not {"number", "brand", "models"} & found.keys()
    Product.objects.filter(pk=part.product_id).update(title="Unser Name")
    assert owners(part)["title"] == "shop"


@pytest.mark.parametrize(
    ("delivered", "saved"),
    [
        ("Größe 94 & mehr, Ø 5", "<p>Gr&ouml;&szlig;e 94 &amp; mehr, &Oslash;&nbsp;5</p>"),
        ("<b>Top</b> Qualität", "<p><strong>Top</strong> Qualität</p>\n"),
        ("Zeile eins<br>Zeile zwei", "<p>Zeile eins<br />\nZeile zwei</p>"),
        ("<p>eins</p><p>zwei</p>", "<p>eins</p>\n<p>zwei</p>"),
    ],
)
def test_what_a_text_editor_does_to_a_description_is_no_edit(part, delivered, saved):
    Product.objects.filter(pk=part.product_id).update(description=saved)
    PartRecord.objects.filter(pk=part.pk).update(imported_description=delivered)
    Product.objects.get(pk=part.product_id).save()
    assert Product.objects.get(pk=part.product_id).description == delivered
    assert owners(part)["description"] == "dms"
    assert not FieldOwner.objects.exists()


@pytest.mark.parametrize("saved", ["", "<p>Größe</p><p>94</p>", "<p><b>Größe</b> 94</p>", "<ul><li>Größe 94</li></ul>"])
def test_what_staff_write_stays_as_they_wrote_it(part, saved):
    PartRecord.objects.filter(pk=part.pk).update(imported_description="Größe 94")
    product = Product.objects.get(pk=part.product_id)
    product.description = saved
    product.save()
    assert Product.objects.get(pk=part.product_id).description == saved
    assert owners(part)["description"] == "shop"


def test_what_a_part_is_sold_by_comes_back_with_the_next_delivery(part, bring_in, export):
    """Whoever deletes the partner in Oscar's dashboard takes every price of the shop with it."""
    before = StockRecord.objects.get(product=part.product_id)
    StockRecord.objects.get(product=PartRecord.objects.exclude(pk=part.pk).first().product_id).delete()
    again = bring_in(export.write(export.good, stamp="22.11.2026 05:30"))
    assert (again.changed, StockRecord.objects.count()) == (1, len(export.good))
    before.partner.delete()
    assert not StockRecord.objects.exists()
    again = bring_in(export.write(export.good, stamp="23.11.2026 05:30"))
    after = StockRecord.objects.get(product=part.product_id)
    assert (again.changed, StockRecord.objects.count()) == (len(export.good), len(export.good))
    assert (after.price, after.num_in_stock, after.partner_sku) == (
        before.price,
        before.num_in_stock,
        before.partner_sku,
    )
    assert bring_in(export.write(export.good, stamp="24.11.2026 05:30")).unchanged == len(export.good)


def test_products_that_no_import_keeps_have_no_table(part):
    PartRecord.objects.update(source="")
    assert owned_fields(part.product_id) == []
    assert owned_fields(0) == []


def test_a_locked_field_survives_the_next_delivery_until_it_is_given_back(chef, part, bring_in, export):
    url = reverse("shopflow-staff:import-field-owner", args=[part.product_id])
    page = chef.get(reverse("dashboard:catalogue-product", args=[part.product_id])).content.decode()
    assert f'action="{url}"' in page
    assert chef.post(url, {"field": "list_price", "do": "lock"}).status_code == 302
    dearer = export.good[0].replace(b";27,65;", b";28,65;")
    bring_in(export.write([dearer, *export.good[1:]], stamp="22.11.2026 05:30"))
    part.refresh_from_db()
    assert part.list_price_cents == 2765
    assert owners(part)["list_price"] == "locked"
    assert FieldOwner.objects.get().set_by.email == "chef@example.org"
    chef.post(url, {"field": "list_price", "do": "unlock"})
    bring_in(export.write([dearer, *export.good[1:]], stamp="23.11.2026 05:30"))
    part.refresh_from_db()
    assert part.list_price_cents == 2865
    assert AuditEntry.objects.filter(action__in=["import_field_locked", "import_field_unlocked"]).count() == 2


def test_what_cannot_be_locked_is_refused(chef, part, client):
    url = reverse("shopflow-staff:import-field-owner", args=[part.product_id])
    for field in ("number", "brand", "gibt_es_nicht", ""):
        assert chef.post(url, {"field": field, "do": "lock"}).status_code == 404
    assert FieldOwner.objects.count() == 0
