"""Nobody overlooks what the law demands of parts while the shop does not ask for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from oscar.core.loading import get_model
from oscar.test.factories import create_product

from dealer_import.models import ImportRun
from shopflow.core import clock
from shopflow.parts import services
from shopflow.parts.checks import laws_in_force
from shopflow.parts.models import Brand, Manufacturer, PartRecord

pytestmark = [pytest.mark.django_db, pytest.mark.once]
OFF = ["manufacturer", "picture", "approval_mark"]


@pytest.fixture
def make():
    brand = Brand.objects.create(code="LUMO", name="Lumora")

    def part(number, **fields):
        product = create_product(title=number, price="100.00", num_in_stock=1, upc=f"U{number}")
        return PartRecord.objects.create(
            product=product, brand=brand, number_display=number, number_key=number, list_price_cents=100, **fields
        )

    return part


@pytest.fixture
def staff(client):
    user = get_user_model().objects.create_superuser("chef@example.org", "x")
    client.force_login(user)
    return client


def dormant():
    return {law.demand.requirement.code: law.failing for law in services.dormant_laws()}


def warnings():
    return laws_in_force(None, databases=["default"])


def made_run(**fields):
    values = {
        "source": "dms", "profile": "dms", "file_name": "teile.csv", "state": ImportRun.State.DONE,
        "outcome": ImportRun.Outcome.APPLIED, "created": 2, "dry_run": False, "created_at": clock.now(),
    }  # fmt: skip
    known = {field.name for field in ImportRun._meta.fields}
    return ImportRun.objects.create(**{name: value for name, value in (values | fields).items() if name in known})


def test_only_public_parts_are_counted(make):
    make("A")
    lamp = make("B", goods_class="lighting")
    marked = make("C", goods_class="lighting", approval_number="E1 12345")
    assert dormant() == {"manufacturer": 3, "picture": 3, "approval_mark": 1}

    get_model("catalogue", "Product").objects.filter(pk__in=[lamp.product_id, marked.product_id]).update(
        is_public=False
    )
    assert dormant() == {"manufacturer": 1, "picture": 1, "approval_mark": 0}


def test_what_is_in_force_is_not_named_and_what_is_announced_still_is(make):
    make("A")
    services.set_demand(code="picture", is_on=True, starts_on=timezone.localdate() + timedelta(days=3), actor=None)
    services.set_demand(code="approval_mark", is_on=True, starts_on=None, actor=None)
    assert dormant() == {"manufacturer": 1, "picture": 1}
    assert len(warnings()) == 1  # whoever has announced a demand knows of it

    services.set_demand(code="battery_deposit", is_on=False, starts_on=None, actor=None)
    make("B", goods_class="battery")
    assert dormant() == {"battery_deposit": 1, "manufacturer": 2, "picture": 2}


def test_the_check_warns_once_per_demand_with_number_and_what_to_do(make):
    assert warnings() == []
    make("A"), make("B", goods_class="lighting")
    with translation.override("en"):
        found = warnings()
    assert [message.id for message in found] == ["shopflow.parts.W001"] * 3
    off = "The demand is switched off, and"
    assert [message.msg for message in found] == [
        f"Reg. (EU) 2023/988 Art. 19 demands “manufacturer's data (GPSR)”. {off} 2 public parts do not meet it.",
        f"Reg. (EU) 2023/988 Art. 19 c demands “picture”. {off} 2 public parts do not meet it.",
        f"§ 22a (2) StVZO demands “approval mark”. {off} 1 public part does not meet it.",
    ]
    assert found[1].hint.startswith("Upload a picture, or have the import take it from the picture folder. Then switch")

    maker = Manufacturer.objects.create(
        name="Lumora AG", postal_address="Weg 1, Bern", electronic_address="info@lumora.example"
    )
    Brand.objects.update(manufacturer=maker)
    with translation.override("en"):
        assert [message.msg.partition("“")[2].partition("”")[0] for message in warnings()] == [
            "picture",
            "approval mark",
        ]


def test_the_check_asks_a_constant_number_of_queries_and_none_without_a_database(make, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert laws_in_force(None, databases=None) == []
    make("A")
    warnings()
    with CaptureQueriesContext(connection) as few:
        warnings()
    for n in range(8):
        make(f"B{n}", goods_class="lighting")
    with CaptureQueriesContext(connection) as many:
        warnings()
    assert len(few) == len(many) <= 3 + len(OFF)  # the demands, what groups hold, and one for each demand


def test_another_amount_than_the_laws_is_no_battery_deposit(make):
    make("A", goods_class="battery", battery_deposit_gross_cents=750)
    wrong = [make(f"B{cents}", goods_class="battery", battery_deposit_gross_cents=cents) for cents in (0, 630, 892)]
    services.review_publishing()
    hidden = PartRecord.objects.filter(publishing_blocks__requirement="battery_deposit").order_by("pk")
    assert list(hidden) == wrong
    (demand,) = [demand for demand in services.demands() if demand.requirement.code == "battery_deposit"]
    with translation.override("de"):
        assert "genau 7,50 € inkl. MwSt." in str(demand.requirement.hint)


@pytest.mark.parametrize("name", ["parts-missing", "parts-demands"])
def test_the_pages_say_at_the_top_what_is_not_in_force(staff, make, name):
    make("A"), make("B")
    with translation.override("de"):
        page = staff.get(reverse(f"shopflow-staff:{name}"), headers={"Accept-Language": "de"}).content.decode()
    top = page.partition("Das fordert das Gesetz, und der Shop verlangt es heute nicht:")[2].partition("</ul>")[0]
    assert top.count("2 öffentliche Teile erfüllen es nicht") == 2
    assert top.count("jedes öffentliche Teil erfüllt es") == 1
    for code in OFF:
        assert f'{reverse("shopflow-staff:parts-demands")}#demand-{code}"' in top
        services.set_demand(code=code, is_on=True, starts_on=None, actor=None)
    page = staff.get(reverse(f"shopflow-staff:{name}")).content.decode()
    assert "Das fordert das Gesetz" not in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [({}, True), ({"created": 0, "changed": 5}, False), ({"dry_run": True}, False), ({"outcome": "held"}, False)],
)
def test_the_page_of_a_run_that_created_parts_says_it_in_a_line(staff, make, fields, said):
    make("A")
    page = staff.get(reverse("shopflow-staff:import-run", args=[made_run(**fields).pk])).content.decode()
    line = "Herstellerangaben (GPSR) (fehlt bei 1 öffentlichen Teil), Bild (fehlt bei 1 öffentlichen Teil)."
    assert ("Nicht in Kraft, obwohl das Gesetz es fordert:" in page, line in page) == (said, said)


def test_who_may_not_see_parts_is_not_sent_there(client, make):
    make("A")
    user = get_user_model().objects.create_user("lager@example.org", "x")
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename="view_importrun"))
    client.force_login(user)
    answer = client.get(reverse("shopflow-staff:import-run", args=[made_run().pk]))
    assert (answer.status_code, "Nicht in Kraft" in answer.content.decode()) == (200, False)
