"""A seller has one stock record of a product: in the database, on the staff page, and where there were two before."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from oscar.core.loading import get_model
from oscar.test.factories import create_product, create_stockrecord

Partner, StockRecord = get_model("partner", "Partner"), get_model("partner", "StockRecord")
BEFORE, AFTER = [("partner", "1001_quick_changes")], [("partner", "1002_one_stock_record_a_seller")]


@pytest.fixture
def record(db):
    return create_stockrecord(create_product(), price="10.00", num_in_stock=3, partner_sku="A1")


def second(record, **fields):
    values = {"product_id": record.product_id, "partner_id": record.partner_id, "partner_sku": "A2", **fields}
    return StockRecord.objects.create(price="5.00", num_in_stock=1, **values)


def shown():
    return list(StockRecord.objects.order_by("pk").values_list("partner__code", "partner_sku", "num_in_stock"))


def test_the_database_keeps_one_record_of_a_seller_for_a_product(record):
    with pytest.raises(IntegrityError), transaction.atomic():
        second(record)
    second(record, partner_id=Partner.objects.create(name="South", code="south").pk)
    second(record, product_id=create_product().pk)
    assert StockRecord.objects.count() == 3


@pytest.mark.parametrize("code", ["same", "south"])
def test_staff_are_told_to_change_the_record_that_is_there(client, django_user_model, record, code):
    client.force_login(django_user_model.objects.create_superuser("chef@example.org", "x"))
    south = Partner.objects.create(name="South", code="south")
    address = reverse("dashboard:catalogue-product", args=[record.product_id])
    form = BeautifulSoup(client.get(address).content, "html.parser").select_one("#create_update_product_form")
    values = {field["name"]: field.get("value", "") for field in form.select("input[name]:not([type=checkbox])")}
    values |= {area["name"]: area.text for area in form.select("textarea[name]")}
    for choice in form.select("select[name]"):
        chosen = choice.select_one("option[selected]")
        values[choice["name"]] = chosen["value"] if chosen else ""
    category = get_model("catalogue", "Category").add_root(name="Teile")
    values |= {"productcategory_set-0-category": category.pk, "action": "save"}
    values |= {"stockrecords-1-partner": record.partner_id if code == "same" else south.pk}
    values |= {"stockrecords-1-partner_sku": "A2", "stockrecords-1-price": "5.00", "stockrecords-1-num_in_stock": "1"}
    answer = client.post(address, values)
    if code == "south":
        assert (answer.status_code, shown()) == (302, [(record.partner.code, "A1", 3), ("south", "A2", 1)])
        return
    assert answer.status_code == 200
    assert "Ein Verkäufer hat einen Lagerdatensatz je Artikel. Ändern Sie den vorhandenen." in answer.content.decode()
    assert shown() == [(record.partner.code, "A1", 3)]


@pytest.mark.django_db(transaction=True)
def test_where_there_were_two_the_second_goes_to_a_seller_of_its_own():
    MigrationExecutor(connection).migrate(BEFORE)
    try:
        record = create_stockrecord(create_product(), price="10.00", num_in_stock=3, partner_sku="A1")
        code = record.partner.code
        second(record)
        second(record, partner_sku="A3")
        create_stockrecord(create_product(), price="10.00", num_in_stock=4, partner_sku="B1")
        taken = Partner.objects.create(name="Somebody else", code=f"{code}-2")
        second(record, partner_id=taken.pk, partner_sku="C1")
    finally:
        MigrationExecutor(connection).migrate(AFTER)
    assert shown() == [
        (code, "A1", 3),
        (f"{code}-3", "A2", 1),
        (f"{code}-4", "A3", 1),
        (code, "B1", 4),
        (f"{code}-2", "C1", 1),
    ]
    assert set(Partner.objects.values_list("name", flat=True)) == {
        record.partner.name,
        f"{record.partner.name} (3)",
        f"{record.partner.name} (4)",
        "Somebody else",
    }
