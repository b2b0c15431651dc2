"""Whatever a definition can name by its code is known: no parameter is forgotten, and no row goes while it is named.

A new field of an event, setting of a condition or an action, or fact about contacts fails here until somebody has said
whether it names a row: then it belongs to ``definitions/mentions.py``, and its kind to ``rows.py`` and to whoever
deletes such rows; else to one of the lists below.
"""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from django.urls import reverse
from oscar.test import factories

from shopflow.audience.exceptions import ValueRefused
from shopflow.audience.models import Campaign, LeadMagnet, ScoreThreshold, ShareLink
from shopflow.audience.services import delete_listed, save_listed, save_segment
from shopflow.audience.services.campaigns import save_campaign
from shopflow.audience.services.sources import create_share_link
from shopflow.automations.definitions.mentions import CONTACT_FIELDS, EVENT_FIELDS, OWN_FIELDS, SETTINGS
from shopflow.automations.rows import KINDS
from shopflow.contracts.automations import actions, conditions
from shopflow.contracts.events import events
from shopflow.contracts.segments import segment_fields
from shopflow.contracts.usage import uses_of
from shopflow.contracts.waits import waits
from shopflow.core import clock
from tests.audience.people import staff
from tests.automations.doubles import DOUBLES, WORK
from tests.automations.editor import url

pytestmark = pytest.mark.django_db

FACTS_OF_EVENTS = {
    "action", "amount_cents", "bonus", "business", "changed", "day", "days", "document_type", "downloads_left",
    "due_on", "email", "ending", "ends_on", "failure", "file_name", "form", "fresh", "kind", "language", "link", "name",
    "net_cents", "new_status", "offset", "old_status", "open_cents", "opens_on", "order_number", "page", "part",
    "parts", "payment_method", "product_title", "reason", "reason_code", "reference", "referred_order", "result",
    "score", "sign", "source", "state", "supplier", "text_language", "time_zone", "total_cents", "trouble", "why",
    "years",
}  # fmt: skip
"""Fields of events that say what happened. Keys of rows (``…_id``) are compared by nobody: each is another one."""

FREE_SETTINGS = {
    "content_is_old": {"days"}, "drawn_by_lot": {"percent", "lot"}, "goods_in_stock": {"which"},
    "goods_numbered": {"numbers"},  # the dealer's article numbers, which imports take away and bring back
    "goods_of_brand": {"brand"}, "goods_priced": {"at_least", "at_most"}, "goods_worth": {"at_least", "at_most"},
    "had_mail_of": {"days"}, "has_been_in": {"days"}, "has_first_steps": {"mail"},
    "keeps_vehicle": {"maker", "model", "hsn", "tsn", "age_from", "age_to"},
    "order_goes_to": {"countries"},  # countries of ISO 3166, which nobody deletes
    "order_has_charge": {"charge"}, "order_moved_lately": {"statuses", "minutes"}, "order_moved_on": {"statuses"},
    "order_paid_by": {"methods"}, "order_status_is": {"statuses"}, "score_at_least": {"points"},
    "subject_field": {"field", "operator", "value"},  # read as the comparison that it is
    "in_periods": {"periods"}, "tyre_season": {"season"}, "weekday_is": {"days"},
    "add_tag": {"tag", "days"},  # makes the tag if it is not there
    "ask_in_shop": {"days"}, "give_points": {"points", "reason"}, "give_voucher": {"days", "percent"},
    "notify_staff": {"subject", "text", "to"},
    "open_staff_task": {"kind", "title", "text", "working_days", "days", "about", "at"},
    "pause_automation": {"reason"},
    "send_mail": {"mail_class", "basis", "template", "contexts", "attach", "language"},  # template: see mentions
    "send_sms": {"mail_class", "basis", "text"}, "stop": {"reason"},
}  # fmt: skip

FACTS_OF_CONTACTS = {
    "bought_brands", "bought_products", "company", "email", "email_domain", "first_lead_campaign",
    "first_lead_medium", "first_lead_source", "has_account", "kind", "known_since", "language", "last_active",
    "lead_campaign", "lead_medium", "lead_source", "name", "order_countries", "order_payment_methods",
    "order_statuses", "orders_count", "orders_first", "orders_last", "orders_net", "owner", "return_rate",
    "reviewed_products", "reviews_count", "reviews_last", "score", "stage_outcome", "time_zone", "vehicle_inspection",
    "vehicle_keys", "vehicle_makers", "vehicles_count", "voucher_last", "voucher_until", "withdrawals_open",
}  # fmt: skip
"""Facts that are compared with words, numbers and days; products and their brands come and go with imports."""


def of_tests(extension):
    return extension in {double for _registry, doubles in DOUBLES for double in doubles} or (
        getattr(extension, "__module__", type(extension).__module__).startswith("tests.")
    )


def test_every_field_of_an_event_names_a_row_or_is_known_not_to():
    unknown = {
        (code, one.name)
        for code in events.codes()
        if not of_tests(events.get(code))
        for one in dataclasses.fields(events.get(code))
        if not one.name.endswith("_id")
        and one.name not in EVENT_FIELDS
        and (code, one.name) not in OWN_FIELDS
        and one.name not in FACTS_OF_EVENTS
    }
    assert unknown == set()


def test_every_setting_names_a_row_or_is_known_not_to():
    unknown = {
        (code, name)
        for registry in (conditions, actions, waits)
        for code in registry.codes()
        if not of_tests(registry.get(code)) and getattr(registry.get(code), "form_class", None) is not None
        for name in registry.get(code).form_class.base_fields
        if (code, name) not in SETTINGS and name not in FREE_SETTINGS.get(code, ())
    }
    assert unknown == set()


def test_every_fact_about_contacts_names_a_row_or_is_known_not_to():
    assert set(segment_fields.codes()) - CONTACT_FIELDS.keys() - FACTS_OF_CONTACTS == set()


def test_what_is_said_to_name_something_is_there():
    """The other way round: no entry is left over from something that has gone or is called otherwise now."""
    named = {name for code in events.codes() for name in (one.name for one in dataclasses.fields(events.get(code)))}
    assert set(EVENT_FIELDS) <= named
    assert named >= FACTS_OF_EVENTS
    assert all(name in {one.name for one in dataclasses.fields(events.get(code))} for code, name in OWN_FIELDS)
    assert set(CONTACT_FIELDS) | FACTS_OF_CONTACTS <= set(segment_fields.codes())
    for code, name in [*SETTINGS, *((code, name) for code, names in FREE_SETTINGS.items() for name in names)]:
        owner = conditions.get(code) if code in conditions else actions.get(code)
        assert of_tests(owner) or name in owner.form_class.base_fields, (code, name)
    kinds = {*EVENT_FIELDS.values(), *OWN_FIELDS.values(), *CONTACT_FIELDS.values(), *SETTINGS.values()}
    assert kinds | {"attribute"} == set(KINDS)


def begins(make_flow, event, **where):
    return make_flow(WORK, schema=2, trigger={"event": event, "where": where}, entry_key="{email}")


def asks(make_flow, field, value):
    ask = {"id": "ask", "kind": "condition", "ask": {"field": field, "op": "contains", "value": value},
           "then": "next", "else": "stop", "unknown": "stop"}  # fmt: skip
    return make_flow(ask, WORK, schema=2)


NEEDED = "„%s“ wird gebraucht: die Automation „test_flow“. Ändern Sie das zuerst."


@pytest.mark.parametrize("points", [50, [40, 50]])
def test_a_threshold_at_which_an_automation_begins_stays(make_flow, client, points):
    for number in (40, 50, 5):
        ScoreThreshold.objects.create(label=f"Ab {number}", points=number)
    row = ScoreThreshold.objects.get(points=50)
    begins(make_flow, "score_reached", threshold=points)
    boss = staff()
    with pytest.raises(ValueRefused) as refused:
        delete_listed(row=row, actor=boss)
    assert str(refused.value) == NEEDED % "Ab 50 (50)"
    delete_listed(row=ScoreThreshold.objects.get(points=5), actor=boss)

    client.force_login(boss)
    page = reverse("shopflow-staff:contact-list-edit", kwargs={"kind": "schwellen", "pk": row.pk})
    answer = client.post(page, {"label": "Heiß", "points": "60"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["points"] == [
        "„50“ muss bleiben, weil es genannt wird: die Automation „test_flow“. Der Name darf sich ändern."
    ]
    assert client.post(page, {"label": "Heiß", "points": "50"}).status_code == 302
    make_flow(WORK, schema=2)
    row.refresh_from_db()
    row.points = 60
    save_listed(row=row, actor=boss)
    delete_listed(row=row, actor=boss)


@pytest.fixture
def document():
    return LeadMagnet.objects.create(slug="bremsen", title="Checkliste Bremsen", file="magnets/x.pdf")


def pages_of(row):
    return [
        reverse(f"wagtailsnippets_shopflow_audience_leadmagnet:{name}", args=[row.pk]) for name in ("delete", "edit")
    ]


@pytest.mark.parametrize("named", ["trigger", "question", "segment"])
def test_a_document_that_is_named_stays_with_its_code(make_flow, client, document, named):
    if named == "trigger":
        begins(make_flow, "lead_magnet_requested", magnet="bremsen")
    elif named == "question":
        asks(make_flow, "documents_requested", "bremsen")
    else:
        asked = {"field": "documents_requested", "op": "contains", "value": "bremsen"}
        save_segment(segment=None, code="s", label="Leser", expression=asked, actor=staff("chefin@example.org"))
    user = "das Segment „Leser“" if named == "segment" else "die Automation „test_flow“"
    client.force_login(staff())
    delete, edit = pages_of(document)
    for call in (client.get, client.post):
        answer = call(delete, follow=True)
        assert [str(one) for one in answer.context["messages"]] == [
            f"„Checkliste Bremsen“ wird gebraucht: {user}. Ändern Sie das zuerst."
        ]
    bulk = reverse("wagtail_bulk_action", args=["shopflow_audience", "leadmagnet", "delete"])
    client.post(f"{bulk}?id={document.pk}")
    assert LeadMagnet.objects.filter(pk=document.pk).exists()
    answer = client.post(edit, {"title": "Checkliste", "slug": "reifen", "text": "", "category": ""})
    assert answer.context["form"].errors["slug"] == [
        f"Der Code „bremsen“ muss bleiben, weil er genannt wird: {user}. Der Name darf sich ändern."
    ]


def test_a_document_that_nobody_names_may_go(client, document):
    client.force_login(staff())
    delete, edit = pages_of(document)
    assert client.post(edit, {"title": "Neu", "slug": "reifen", "text": "", "category": ""}).status_code == 302
    document.refresh_from_db()
    assert (document.title, document.slug) == ("Neu", "reifen")
    assert client.post(delete).status_code == 302
    assert not LeadMagnet.objects.exists()


def test_a_campaign_that_an_automation_begins_with_keeps_its_code(make_flow):
    opens = clock.now()
    campaign = Campaign.objects.create(
        code="winter", label="Winter", text="x", opens_on=opens.date(), ends_at=opens + timedelta(days=30)
    )
    begins(make_flow, "campaign_started", campaign="winter")
    boss = staff()
    campaign.code, campaign.label = "sommer", "Sommer"
    with pytest.raises(ValueRefused) as refused:
        save_campaign(campaign=campaign, actor=boss)
    assert str(refused.value) == (
        "Der Code „winter“ muss bleiben, weil er genannt wird: die Automation „test_flow“. Der Name darf sich ändern."
    )
    campaign.code = "winter"
    assert save_campaign(campaign=campaign, actor=boss).label == "Sommer"


def test_who_names_share_links_and_categories_is_known(make_flow, django_assert_num_queries):
    link = create_share_link(label="Post", channel=ShareLink.Channel.values[0], target="/catalogue/", actor=staff())
    asks(make_flow, "share_link", link.code)
    assert [use.url for use in uses_of("share_link", link.code)] == [url("flow", "test_flow")]
    category = factories.CategoryFactory(pk=77)
    asks(make_flow, "bought_categories", str(category.pk))
    for kind, code, count in (("share_link", link.code, 0), ("category", "77", 1), ("category", "7", 0)):
        with django_assert_num_queries(1):
            assert len(uses_of(kind, code)) == count
