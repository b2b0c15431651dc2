"""The staff's pages about contacts: right entries get in, wrong ones come back with a sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Value

from shopflow.audience.models import (
    AttributeDefinition,
    AudienceSettings,
    Contact,
    ScoreRule,
    Segment,
    ShareLink,
    Stage,
    Tag,
    TagAssignment,
)
from shopflow.audience.services import add_tag, grant_consent, suggest_lists, tag_named
from shopflow.contracts.contacts import ContactPanel, ShownContact, contact_panels
from shopflow.contracts.pages import Panel
from shopflow.contracts.segments import FieldKind, SegmentField, segment_fields
from shopflow.core.models import AuditEntry
from tests.audience.people import contact, order, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller"), pytest.mark.once]

ROOT = "/dashboard/shopflow/contacts/"


@pytest.fixture
def boss(client: Any) -> Any:
    person = staff()
    client.force_login(person)
    return person


def emails(page: Any) -> list[str]:
    return [row.email for row in page.context["rows"]]


def test_the_list_is_found_by_its_filters(client, boss):
    anna = contact("anna@example.org", kind="b2b", company="Muster GmbH", owner=boss)
    contact("ben@example.org")
    add_tag(contact=anna, tag=tag_named("VIP"), source="staff")
    for query, found in (
        ("", ["ben@example.org", "anna@example.org"]),
        ("q=ANNA@example.org ", ["anna@example.org"]),
        ("q=be", ["ben@example.org"]),
        ("q=muster", ["anna@example.org"]),
        ("kind=b2b", ["anna@example.org"]),
        ("tag=vip", ["anna@example.org"]),
        (f"owner={boss.pk}", ["anna@example.org"]),
        ("q=zzz", []),
        ("tag=gone", ["ben@example.org", "anna@example.org"]),
    ):
        assert emails(client.get(f"{ROOT}?{query}")) == found, query


def test_long_lists_come_in_pages_at_the_same_cost(client, boss, django_assert_max_num_queries):
    for n in range(55):
        add_tag(contact=contact(f"p{n:02}@example.org"), tag=tag_named("Viele"), source="staff")
    with django_assert_max_num_queries(16):
        first = client.get(ROOT)
    assert len(emails(first)) == 50
    second = client.get(f"{ROOT}?before={first.context['older']}")
    assert emails(second) == [f"p{n:02}@example.org" for n in (4, 3, 2, 1, 0)]
    assert second.context["older"] is None


def test_a_contact_by_hand_allows_no_mail(client, boss):
    values = {"email": "Neu@Example.org", "name": "Nina Neu", "company": "", "kind": "b2b"}
    assert client.post(f"{ROOT}neu/", values).status_code == 302
    made = Contact.objects.get()
    assert (made.email, made.name, made.kind) == ("neu@example.org", "Nina Neu", "b2b")
    assert client.post(f"{ROOT}neu/", values).status_code == 422
    assert client.post(f"{ROOT}neu/", {**values, "email": "kein"}).status_code == 422
    assert Contact.objects.count() == 1


def test_everything_about_a_contact_is_changed_and_written_down(client, boss):
    anna = contact()
    stage = Stage.objects.create(code="neu", label="Neu")
    AttributeDefinition.objects.create(code="day", label="Geburtstag", kind="date", purpose="birthday")
    page = f"{ROOT}{anna.pk}/"
    data = {"name": "Anna", "company": "", "kind": "b2c", "language": "de", "time_zone": "Europe/Vienna"}

    assert client.post(f"{page}daten/", {**data, "stage": stage.pk, "owner": boss.pk}).status_code == 302
    assert client.post(f"{page}daten/", {**data, "time_zone": "Mars/Krater"}).status_code == 422
    assert client.post(f"{page}merkmale/", {"attribute-day": "1980-05-01"}).status_code == 422
    grant_consent(email=anna.email, purpose="birthday", source="test", language="de")
    assert client.post(f"{page}merkmale/", {"attribute-day": "1980-05-01"}).status_code == 302
    assert client.post(f"{page}tag/", {"tag": "Messe 2026", "days": "30"}).status_code == 302
    assert client.post(f"{page}tag/", {"tag": "!!"}).status_code == 422
    assert client.post(f"{page}punkte/", {"points": "15", "reason": "Messe"}).status_code == 302
    assert client.post(f"{page}punkte/", {"points": "15"}).status_code == 422

    anna.refresh_from_db()
    assert (anna.name, anna.kind, anna.time_zone, anna.stage, anna.owner) == (
        "Anna",
        "b2c",
        "Europe/Vienna",
        stage,
        boss,
    )
    assert anna.attribute_values.get().value == date(1980, 5, 1)
    assert (anna.score, TagAssignment.objects.get().expires_at is not None) == (15, True)
    client.post(f"{page}tag/", {"remove": "messe-2026"})
    assert not TagAssignment.objects.exists()
    actions = list(AuditEntry.objects.filter(actor=boss).order_by("pk").values_list("action", flat=True))
    assert actions == [
        "contact.stage",
        "contact.change",
        "contact.attribute",
        "contact.tag",
        "contact.points",
        "contact.tag",
    ]


def test_a_time_zone_may_be_left_to_the_country_of_delivery(client, boss):
    anna = contact()
    assert anna.time_zone == ""
    page = f"{ROOT}{anna.pk}/"
    data = {"name": "Anna", "company": "", "kind": "", "language": "de", "time_zone": "Europe/Lisbon"}
    assert client.post(f"{page}daten/", data).status_code == 302
    anna.refresh_from_db()
    assert anna.time_zone == "Europe/Lisbon"
    assert client.post(f"{page}daten/", {**data, "time_zone": ""}).status_code == 302
    anna.refresh_from_db()
    assert anna.time_zone == ""
    assert "Leer: die des Lieferlandes, sonst die des Shops." in client.get(page).content.decode()


def test_the_page_shows_all_of_it_at_a_fixed_cost(client, boss, django_assert_max_num_queries):
    anna = contact()
    grant_consent(email=anna.email, purpose="newsletter", source="Messestand", language="de", ip="192.0.2.1")
    for n in range(12):
        order(anna.email)
        add_tag(contact=anna, tag=tag_named(f"T{n}"), source="staff")
    with django_assert_max_num_queries(34):
        page = client.get(f"{ROOT}{anna.pk}/")
    html = page.content.decode()
    for words in ("Messestand", "192.0.2.1", "T11", "T00012"):
        assert words in html


class Points(ContactPanel):
    code, label, permission = "test_points", "Treuepunkte", "auth.view_group"

    def panel(self, contact: ShownContact) -> Panel | None:
        return Panel(title=f"Punkte von {contact.email}", template="shopflow/audience/thanks.html")


class Broken(ContactPanel):
    code, label = "test_broken", "Kaputt"

    def panel(self, contact: ShownContact) -> Panel | None:
        raise ValueError(contact.email)


def viewer(*permissions: str) -> Any:
    person = get_user_model().objects.create_user("leserin@example.org", "geheim-1234")
    person.is_staff = True
    person.save()
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return person


def test_other_rooms_show_their_boxes_to_those_who_may_see_them(client, boss):
    anna = contact()
    with contact_panels.registered(Points, Broken):
        html = client.get(f"{ROOT}{anna.pk}/").content.decode()
        client.force_login(viewer("view_contact"))
        less = client.get(f"{ROOT}{anna.pk}/").content.decode()
    assert "Punkte von anna@example.org" in html
    assert "Kaputt" in html
    assert "Punkte von" not in less
    assert f"{anna.pk}/punkte/" not in less
    assert client.post(f"{ROOT}{anna.pk}/punkte/", {"points": 1, "reason": "x"}).status_code == 403
    assert client.get(f"{ROOT}{anna.pk}/nachweis.pdf").status_code == 403


def row(index: int, field: str, op: str, value: str = "", turned: bool = False) -> dict[str, str]:
    data = {f"row{index}-field": field, f"row{index}-op": op, f"row{index}-value": value}
    return {**data, f"row{index}-turned": "on"} if turned else data


def test_a_segment_is_asked_counted_and_stored_without_scripts(client, boss):
    contact("anna@example.org", kind="b2b")
    contact("ben@example.org")
    asked = {
        "rows": "4",
        "join": "all",
        **row(0, "kind", "is", "b2b"),
        **row(1, "tags", "in", "kalt, tot", turned=True),
        **row(2, "score", "between", "0, 10"),
    }
    counted = client.post("/dashboard/shopflow/segments/neu/", {**asked, "count": "1"})
    assert counted.context["found"].count == 1
    assert not Segment.objects.exists()
    more = client.post("/dashboard/shopflow/segments/neu/", {**asked, "more": "1"})
    assert more.context["row_count"] == 7
    wrong = client.post("/dashboard/shopflow/segments/neu/", {**asked, **row(3, "score", "between", "5"), "count": "1"})
    assert wrong.status_code == 422
    assert client.post("/dashboard/shopflow/segments/neu/", {**asked, "save": "1"}).status_code == 422

    done = client.post("/dashboard/shopflow/segments/neu/", {**asked, "label": "B2B", "code": "b2b", "save": "1"})
    segment = Segment.objects.get()
    assert done.status_code == 302
    assert segment.expression == {
        "all": [
            {"field": "kind", "op": "is", "value": "b2b"},
            {"not": {"field": "tags", "op": "in", "value": ["kalt", "tot"]}},
            {"field": "score", "op": "between", "value": ["0", "10"]},
        ]
    }
    assert segment.size == 1
    page = client.get(f"/dashboard/shopflow/segments/{segment.pk}/")
    assert [form["field"].value() for form in page.context["rows"]] == ["kind", "tags", "score", None]
    assert client.get(f"/dashboard/shopflow/segments/{segment.pk}/export.json").json() == segment.expression


def test_nested_questions_come_and_go_as_json(client, boss):
    nested = (
        '{"any": [{"all": [{"field": "kind", "op": "is", "value": "b2b"}]}, {"field": "score", "op": "not_empty"}]}'
    )
    given = {"rows": "1", "label": "Tief", "code": "tief", "save": "1"}
    assert client.post("/dashboard/shopflow/segments/neu/", {**given, "document": "{"}).status_code == 422
    refused = client.post("/dashboard/shopflow/segments/neu/", {**given, "document": '{"field": "x"}'})
    assert refused.status_code == 422
    assert refused.context["problems"]
    assert client.post("/dashboard/shopflow/segments/neu/", given).status_code == 422
    client.post("/dashboard/shopflow/segments/neu/", {**given, "document": nested})
    segment = Segment.objects.get()
    page = client.get(f"/dashboard/shopflow/segments/{segment.pk}/")
    assert '"any"' in page.context["head"]["document"].value()
    client.post(f"/dashboard/shopflow/segments/{segment.pk}/liste/")
    kept = Segment.objects.get(kind="static")
    assert client.get(f"/dashboard/shopflow/segments/{kept.pk}/").status_code == 200
    client.post(f"/dashboard/shopflow/segments/{segment.pk}/loeschen/")
    assert list(Segment.objects.all()) == [kept]


def test_lists_are_kept_and_what_is_needed_stays(client, boss):
    settings = f"{ROOT}einstellungen/"
    client.post(f"{settings}tags/neu/", {"label": "VIP", "code": "vip"})
    tag = Tag.objects.get()
    add_tag(contact=contact(), tag=tag, source="staff")
    client.post(f"{settings}tags/{tag.pk}/loeschen/")
    assert Tag.objects.exists()
    assert client.post(f"{settings}merkmale/neu/", {"label": "F", "code": "f", "kind": "choice"}).status_code == 422
    client.post(
        f"{settings}merkmale/neu/", {"label": "F", "code": "f", "kind": "choice", "words": "a\nb\na", "position": 1}
    )
    assert AttributeDefinition.objects.get().choices == ["a", "b"]
    rule = {"label": "R", "event": "order_paid", "points": "5", "field": "nonsense", "value": "1"}
    assert client.post(f"{settings}punkte/neu/", rule).status_code == 422
    assert client.post(f"{settings}punkte/neu/", {**rule, "field": "", "value": ""}).status_code == 302
    assert ScoreRule.objects.get().points == 5
    assert client.get(f"{settings}unsinn/").status_code == 404
    values = {"score_half_life_days": "14", "existing_customer_months": "24", "voucher_percent": "5"}
    for wrong in ({"score_half_life_days": "0"}, {"voucher_percent": "51"}, {"voucher_percent": ""}):
        assert client.post(settings, values | wrong).status_code == 422
    assert client.post(settings, values).status_code == 302
    row = AudienceSettings.objects.get()
    assert (row.score_half_life_days, row.existing_customer_mail, row.voucher_percent) == (14, False, 5)


def test_suggestions_are_added_once(client, boss):
    assert suggest_lists(actor=boss) == 10
    assert suggest_lists(actor=boss) == 0
    client.post(f"{ROOT}einstellungen/vorschlaege/")
    assert Stage.objects.count() == 5


def test_share_links_are_made_and_counted(client, boss):
    bad = {"label": "Beitrag", "channel": "linkedin", "target": "//evil.example/"}
    assert client.post("/dashboard/shopflow/share-links/neu/", bad).status_code == 422
    client.post("/dashboard/shopflow/share-links/neu/", {**bad, "target": "/catalogue/"})
    link = ShareLink.objects.get()
    page = client.get("/dashboard/shopflow/share-links/")
    assert f"http://testserver/l/{link.code}/" in page.content.decode()


@pytest.mark.parametrize(
    ("language", "typed", "shown"),
    [
        ("de", ("49,90 €", "1.234", "10; 99,90"), ("49,90\xa0€", "1.234,00\xa0€", "10,00\xa0€; 99,90\xa0€")),
        ("en", ("49,90", "€1,234", "10, 99.9"), ("€49.90", "€1,234.00", "€10.00; €99.90")),
    ],
)
def test_amounts_of_a_segment_are_typed_and_shown_as_people_write_them(client, boss, settings, language, typed, shown):
    """Fields in cents, which a plugin may have, are stored as whole cents."""

    class Credit(SegmentField):
        code, label, group, kind = "test_credit_cents", "Credit", "Test", FieldKind.NUMBER

        def expression(self):
            return Value(4990)

    contact("anna@example.org")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    new = "/dashboard/shopflow/segments/neu/"
    head = {"rows": "3", "join": "all", "label": "Umsatz", "code": "umsatz"}
    questions = [
        row(0, "test_credit_cents", "is", typed[0]),
        row(1, "orders_net", "less", typed[1]),
        row(2, "test_credit_cents", "between", typed[2]),
    ]
    asked = {name: value for one in questions for name, value in one.items()}
    with segment_fields.registered(Credit):
        assert client.post(new, {**head, **asked, "save": "1"}).status_code == 302
        segment = Segment.objects.get()
        stored = {
            "all": [
                {"field": "test_credit_cents", "op": "is", "value": 4990},
                {"field": "orders_net", "op": "less", "value": "1234"},
                {"field": "test_credit_cents", "op": "between", "value": [1000, 9990]},
            ]
        }
        assert (segment.expression, segment.size) == (stored, 1)
        page = client.get(f"/dashboard/shopflow/segments/{segment.pk}/")
        assert tuple(form["value"].value() for form in page.context["rows"][:3]) == shown
        again = {f"row{index}-value": value for index, value in enumerate(shown)}
        client.post(f"/dashboard/shopflow/segments/{segment.pk}/", {**head, **asked, **again, "save": "1"})
        segment.refresh_from_db()
        assert segment.expression == stored


@pytest.mark.parametrize(
    ("op", "value", "sentence"),
    [
        ("less", "", "Bitte geben Sie einen Wert ein."),
        ("less", "viel", "Geben Sie einen Betrag wie 49,90\xa0€ ein."),
        ("less", "49,905", "Ein Betrag hat höchstens zwei Stellen nach dem Komma, wie 49,90\xa0€."),
        ("between", "5", "Bitte geben Sie zwei Beträge mit einem Semikolon dazwischen ein."),
    ],
)
def test_amounts_of_a_segment_that_cannot_be_read_are_refused(client, boss, op, value, sentence):
    asked = {"rows": "1", "join": "all", "label": "U", "code": "u", **row(0, "orders_net", op, value)}
    page = client.post("/dashboard/shopflow/segments/neu/", {**asked, "save": "1"})
    assert page.status_code == 422
    assert page.context["rows"][0].errors == {"value": [sentence]}
    assert not Segment.objects.exists()
