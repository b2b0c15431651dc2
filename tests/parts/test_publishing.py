"""What keeps a part from going online, that it comes back by itself, and that nothing else is written."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oscar.core.loading import get_model
from oscar.test.factories import create_product

from shopflow.contracts.publishing import PublishingRequirement, publishing_requirements
from shopflow.core.models import AuditEntry
from shopflow.parts import services
from shopflow.parts.goods_classes import guess
from shopflow.parts.models import Brand, GoodsCategory, Manufacturer, PartRecord, PublishingBlock

pytestmark = pytest.mark.django_db
Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")
LABEL = {"fuel": "C", "wet": "A", "noise_db": 71, "noise_class": "B", "snow": True, "eprel": 900013}


@pytest.fixture
def make():
    brand = Brand.objects.create(code="PNEU", name="Pneura")

    def part(number, *, category=None, price="100.00", **fields):
        product = create_product(title=number, price=price, num_in_stock=1, upc=f"U{number}")
        if category is not None:
            product.categories.add(category)
        return PartRecord.objects.create(
            product=product, brand=brand, number_display=number, number_key=number, list_price_cents=100, **fields
        )

    return part


def missing(part):
    return sorted(PublishingBlock.objects.filter(part=part).values_list("requirement", flat=True))


def is_public(part):
    return Product.objects.get(pk=part.product_id).is_public


def test_a_tyre_without_its_label_is_hidden_and_comes_back_with_it(make):
    tyres = Category.add_root(name="Räder & Reifen").add_child(name="Reifen").add_child(name="Winterreifen")
    bare, labelled, other = (
        make("T1", category=tyres),
        make("T2", category=tyres, attributes={"tyre": LABEL}),
        make("X"),
    )

    assert services.review_publishing() == 1
    assert [missing(part) for part in (bare, labelled, other)] == [["tyre_label"], [], []]
    assert [is_public(part) for part in (bare, labelled, other)] == [False, True, True]

    PartRecord.objects.filter(pk=bare.pk).update(attributes={"tyre": LABEL})
    assert services.review_publishing() == 1
    assert (missing(bare), is_public(bare)) == ([], True)
    bare.refresh_from_db()
    assert bare.hidden_by_gate is False


@pytest.mark.parametrize("key", ["fuel", "wet", "noise_db", "noise_class", "eprel"])
def test_every_part_of_the_label_is_needed(make, key):
    label = {name: value for name, value in LABEL.items() if name != key}
    part = make("T1", goods_class="tyre", attributes={"tyre": label})
    services.review_publishing()
    assert missing(part) == ["tyre_label"]


@pytest.mark.parametrize(
    "wrong", [{"fuel": ""}, {"fuel": "F"}, {"wet": "b"}, {"noise_db": 0}, {"noise_class": ""}, {"eprel": 0}]
)
def test_a_label_that_cannot_be_drawn_is_none(make, wrong):
    part = make("T1", goods_class="tyre", attributes={"tyre": LABEL | wrong})
    services.review_publishing()
    assert missing(part) == ["tyre_label"]


def test_a_second_look_writes_nothing(make):
    make("T1", goods_class="tyre")
    make("X")
    services.review_publishing()
    before = dict(Product.objects.values_list("pk", "date_updated"))
    with CaptureQueriesContext(connection) as seen:
        assert services.review_publishing() == 0
    assert dict(Product.objects.values_list("pk", "date_updated")) == before
    assert len(seen) <= 40


def test_the_number_of_statements_does_not_grow_with_the_parts(make):
    make("T0", goods_class="tyre")
    make("X0")
    services.review_publishing()
    with CaptureQueriesContext(connection) as few:
        services.review_publishing()
    for n in range(1, 12):
        make(f"T{n}", goods_class="tyre")
        make(f"X{n}", un_number="UN9999")
    with CaptureQueriesContext(connection) as many:
        services.review_publishing()
    assert len(many) <= len(few) + 3
    assert PublishingBlock.objects.count() == 23


def test_a_fluid_needs_its_content_unless_it_is_sold_by_the_litre(make):
    oils = Category.add_root(name="Motoröl")
    by_litre = make("O1", category=oils, unit="LTR")
    can, bare = make("O2", category=oils, content_milli=5000, content_unit="LTR"), make("O3", category=oils)
    services.review_publishing()
    assert [missing(part) for part in (by_litre, can, bare)] == [[], [], ["base_price"]]


def test_an_unknown_un_number_needs_its_class(make):
    known, unknown, stated = make("B", un_number="UN2794"), make("C", un_number="UN9999"), make("D", un_number="UN9998")
    PartRecord.objects.filter(pk=stated.pk).update(hazard_class="6.1")
    services.review_publishing()
    assert [missing(part) for part in (known, unknown, stated)] == [[], ["hazard_class"], []]


def test_a_part_without_a_price_is_not_public(make):
    free, priced = make("A", price="0.00"), make("B")
    services.review_publishing()
    assert [missing(part) for part in (free, priced)] == [["price"], []]


def test_a_starter_battery_needs_its_deposit(make):
    batteries = Category.add_root(name="Batterien")
    bare, whole = make("A", category=batteries), make("B", category=batteries, battery_deposit_gross_cents=750)
    lamp = make("C", category=batteries, goods_class="none")
    services.review_publishing()
    assert [missing(part) for part in (bare, whole, lamp)] == [["battery_deposit"], [], []]


def test_a_teilegutachten_ends_on_its_last_day(make):
    part = make("A", approval_kind="report")
    with time_machine.travel(datetime(2028, 6, 19, 12, tzinfo=timezone.get_current_timezone()), tick=False):
        services.review_publishing()
        assert missing(part) == []
    with time_machine.travel(datetime(2028, 6, 20, 0, 1, tzinfo=timezone.get_current_timezone()), tick=False):
        services.review_publishing()
        assert (missing(part), is_public(part)) == (["expert_report"], False)


def test_what_staff_have_hidden_stays_hidden(make):
    part = make("A", goods_class="tyre")
    Product.objects.filter(pk=part.product_id).update(is_public=False)
    services.review_publishing()
    PartRecord.objects.filter(pk=part.pk).update(attributes={"tyre": LABEL})
    services.review_publishing()
    assert (missing(part), is_public(part)) == ([], False)


def test_what_an_import_has_hidden_stays_hidden(make):
    part = make("A", goods_class="tyre")
    services.review_publishing()
    PartRecord.objects.filter(pk=part.pk).update(attributes={"tyre": LABEL}, missing=True)
    services.review_publishing()
    assert is_public(part) is False
    PartRecord.objects.filter(pk=part.pk).update(missing=False)
    services.review_publishing()
    assert is_public(part) is True


def test_a_demand_of_the_dealers_own_is_off_until_wanted(make):
    part = make("A")
    services.review_publishing()
    assert missing(part) == []
    staff = get_user_model().objects.create_user("staff@example.org", "x")

    assert services.set_demand(code="manufacturer", is_on=True, starts_on=None, actor=staff) == 1
    assert (missing(part), is_public(part)) == (["manufacturer"], False)
    entry = AuditEntry.objects.get(action="parts.demand")
    assert (entry.actor, entry.summary) == (staff, "manufacturer: on")

    assert services.set_demand(code="manufacturer", is_on=False, starts_on=None, actor=staff) == 1
    assert (missing(part), is_public(part)) == ([], True)


def test_a_demand_with_a_day_announces_before_it_hides(make):
    part = make("A")
    today = timezone.localdate()
    services.set_demand(code="picture", is_on=True, starts_on=today + timedelta(days=3), actor=None)
    assert (missing(part), is_public(part)) == (["picture"], True)
    assert PublishingBlock.objects.get(part=part).is_binding is False
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert services.review_publishing() == 1
    assert (PublishingBlock.objects.get(part=part).is_binding, is_public(part)) == (True, False)


@pytest.mark.parametrize("code", ["price", "tyre_label", "base_price", "hazard_class", "expert_report"])
def test_what_the_law_demands_cannot_be_switched_off_or_put_off(code):
    with pytest.raises(services.DemandFixed):
        services.set_demand(code=code, is_on=False, starts_on=None, actor=None)
    with pytest.raises(services.DemandFixed):
        services.set_demand(code=code, is_on=True, starts_on=date(2030, 1, 1), actor=None)


@pytest.mark.parametrize(
    ("fields", "complete"),
    [
        ({}, True),
        ({"postal_address": ""}, False),
        ({"electronic_address": ""}, False),
        ({"is_in_eu": False}, False),
        ({"is_in_eu": False, "responsible_name": "EU-Vertretung"}, False),
        (
            {
                "is_in_eu": False,
                "responsible_name": "EU-Vertretung GmbH",
                "responsible_postal_address": "Musterweg 2, 12345 Musterstadt",
                "responsible_electronic_address": "eu@example.org",
            },
            True,
        ),
    ],
)
def test_the_manufacturers_data_must_be_complete(make, fields, complete):
    data = {"name": "Pneura AG", "postal_address": "Weg 1, Bern", "electronic_address": "info@example.org"} | fields
    maker = Manufacturer.objects.create(**data)
    by_brand, own = make("A"), make("B", manufacturer=maker)
    services.set_demand(code="manufacturer", is_on=True, starts_on=None, actor=None)
    assert missing(by_brand) == ["manufacturer"]
    assert missing(own) == ([] if complete else ["manufacturer"])
    Brand.objects.update(manufacturer=maker)
    services.review_publishing()
    assert missing(by_brand) == ([] if complete else ["manufacturer"])


def test_only_the_parts_in_scope_are_judged(make):
    one, two = make("A", goods_class="tyre"), make("B", goods_class="tyre")
    assert services.review_products([one.product_id]) == [one.product_id]
    assert [missing(part) for part in (one, two)] == [["tyre_label"], []]
    assert services.review_publishing(Q(changed_by_run=7)) == 0
    assert services.review_products([]) == []


def test_a_plugins_requirement_counts_like_a_built_in_one(make):
    class WeightKnown(PublishingRequirement):
        code = "weight"
        label = "weight"

        def failing(self, parts):
            return parts.filter(weight_g__isnull=True)

    light = make("A", weight_g=10)
    heavy = make("B")
    with publishing_requirements.registered(WeightKnown):
        services.review_publishing()
        assert [missing(part) for part in (light, heavy)] == [[], ["weight"]]
    services.review_publishing()
    assert (missing(heavy), is_public(heavy)) == ([], True)


@pytest.mark.parametrize(
    ("name", "goods"),
    [
        ("Reifen", "tyre"),
        ("Winterreifen 16 Zoll", "tyre"),
        ("Räder & Reifen", None),
        ("Reifendruckkontrolle", "none"),
        ("Motoröle", "oil"),
        ("MOTORÖL", "oil"),
        ("Ölfilter", None),
        ("Kühlmittel", "fluid"),
        ("Kühlmittelpumpen", "none"),
        ("Batterien", "battery"),
        ("Batterieladegeräte", None),
        ("Beleuchtung", "lighting"),
        ("Airbags und Gurtstraffer", "airbag"),
        ("Airbagsteuergeräte", "none"),
        ("Normteile", None),
    ],
)
def test_what_a_categorys_name_says(name, goods):
    assert guess(name) == goods


def test_staff_decide_what_a_category_holds(make):
    shelf = Category.add_root(name="Reifen")
    part = make("A", category=shelf)
    services.review_publishing()
    assert missing(part) == ["tyre_label"]
    services.set_goods_category(category_id=shelf.pk, goods_class="none", actor=None)
    services.review_publishing()
    assert (missing(part), GoodsCategory.objects.get().is_guess) == ([], False)


def test_an_import_judges_the_parts_of_its_run_before_it_announces_them(make):
    mine, other = make("A", goods_class="tyre", changed_by_run=7), make("B", goods_class="tyre", changed_by_run=6)
    services.announce_change(run_id=7, changed=1)
    assert [missing(part) for part in (mine, other)] == [["tyre_label"], []]
    assert [is_public(part) for part in (mine, other)] == [False, True]


def test_after_a_change_of_prices_only_what_hangs_on_them_is_asked(make):
    unpriced, unlabelled = make("A", price="0", changed_by_run=7), make("B", goods_class="tyre", changed_by_run=7)
    services.announce_change(run_id=7, changed=2, moved=services.Moved.AMOUNTS)
    assert [missing(part) for part in (unpriced, unlabelled)] == [[], []]
    services.announce_change(run_id=7, changed=2, moved=services.Moved.TRADE)
    assert [missing(part) for part in (unpriced, unlabelled)] == [["price"], []]
    assert [is_public(part) for part in (unpriced, unlabelled)] == [False, True]
    services.announce_change(run_id=7, changed=2)
    assert [missing(part) for part in (unpriced, unlabelled)] == [["price"], ["tyre_label"]]
    assert {each.code for each in publishing_requirements if each.about_trade} == {"price", "price_valid"}
    assert not any(each.about_trade and each.about_amounts for each in publishing_requirements)


def test_the_regular_sweep_judges_everything(make):
    part = make("A", goods_class="tyre")
    assert services.review_everything() == 1
    assert is_public(part) is False
    assert services.review_everything() == 0


@pytest.mark.django_db(transaction=True)
def test_an_edit_is_judged_after_its_commit(make):
    part = make("A")
    part.goods_class = "tyre"
    part.save()
    assert (missing(part), is_public(part)) == (["tyre_label"], False)
    part.refresh_from_db()
    with transaction.atomic():
        part.attributes = {"tyre": LABEL}
        part.save()
        assert missing(part) == ["tyre_label"]
    assert (missing(part), is_public(part)) == ([], True)
