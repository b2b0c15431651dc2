"""Runs send the texts, and ask the segments, that their version was published with."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from shopflow.audience.services import save_segment
from shopflow.automations.models import Flow, FlowVersion, Run
from shopflow.automations.pins import Changed, changed_since, pins_of
from shopflow.automations.queries import definition_of
from shopflow.automations.services import roll_back, sync_builtin_flows
from shopflow.contracts.automations import Flow as Provider
from shopflow.contracts.automations import FlowDefinition
from shopflow.contracts.automations import flows as providers
from shopflow.core import clock
from shopflow.core.services import deliver_due
from shopflow.mailing.composing import SHIPPED
from shopflow.mailing.exceptions import TextRefused
from shopflow.mailing.models import MailText, Message
from shopflow.mailing.services import save_text, use_text
from shopflow.mailing.texts.shipped import Words
from tests.audience.people import contact
from tests.automations.doubles import WAIT, ThingHappened, definition_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller", "any_hour")]
MAIL = {
    "id": "mail", "kind": "action", "action": "send_mail",
    "settings": {"template": "newsletter", "mail_class": "advertising", "purpose": "newsletter", "basis": "consent",
                 "contexts": ["mail_preferences"]},
}  # fmt: skip


@pytest.fixture
def chef():
    return get_user_model().objects.create_superuser("chef@example.com", "x")


@pytest.fixture
def write(chef):
    def save(body: str, **more: bool) -> MailText:
        words = Words("Herbst", "", f"<p>{body}</p>")
        return save_text(code="newsletter", language="de", words=words, actor=chef, **more)

    return save


@pytest.fixture
def enter(happen, world, work_on):
    def begin(number: int) -> None:
        world.consents.add((f"p{number}@example.org", "newsletter"))
        happen(ThingHappened(thing_id=number, email=f"p{number}@example.org"))
        work_on()

    return begin


def said() -> dict[str, str]:
    """What each recipient reads, by the number in their address."""
    found = Message.objects.filter(template="newsletter").values_list("to_email", "text")
    return {to[1]: next(line for line in text.splitlines() if line.startswith("Wort")) for to, text in found}


def test_a_waiting_run_sends_the_text_of_its_version_and_a_new_one_the_new(
    make_flow, write, enter, work_on, chef, django_assert_num_queries
):
    first = write("Wort: alt, für 10 €.")
    flow = make_flow(WAIT, MAIL)
    old = flow.active_version
    assert old.pins == {"texts": {"newsletter/de": first.content_hash}, "segments": {}}
    enter(1)
    write("Wort: neu, für 20 €.")
    enter(2)
    with django_assert_num_queries(1):
        assert changed_since(old) == Changed([("newsletter", "de")], [])

    new = roll_back(version=old, actor=None)
    assert (new.number, new.sha256) == (2, old.sha256)
    assert changed_since(new) == Changed([], [])
    enter(3)
    work_on(hours=3)
    assert said() == {"1": "Wort: alt, für 10 €.", "2": "Wort: alt, für 10 €.", "3": "Wort: neu, für 20 €."}

    again = roll_back(version=FlowVersion.objects.select_related("flow").get(pk=old.pk), actor=None)
    assert (again.number, again.pins) == (3, old.pins)


def test_a_corrected_typing_error_reaches_every_version_and_nothing_else_does(make_flow, write, enter, work_on):
    write("Wort: ein Felher für 10 €.")
    flow = make_flow(WAIT, MAIL)
    enter(1)
    with pytest.raises(TextRefused):
        write("Wort: ein Fehler für 12 €.", typing_error=True)
    with pytest.raises(TextRefused):
        write('Wort: ein <a href="https://shop.example.org/x">Fehler</a> für 10 €.', typing_error=True)
    assert MailText.objects.count() == 1
    corrected = write("Wort: ein Fehler für 10 €.", typing_error=True)
    assert changed_since(flow.active_version) == Changed([], [])
    enter(2)
    write("Wort: anders.")
    work_on(hours=3)
    assert said() == {"1": "Wort: ein Fehler für 10 €.", "2": "Wort: ein Fehler für 10 €."}
    assert set(Message.objects.values_list("text_hash", flat=True)) == {corrected.content_hash}


def test_the_latest_correction_counts_also_when_it_goes_back(make_flow, write, enter, work_on):
    write("Wort: so.")
    make_flow(WAIT, MAIL)
    write("Wort: soo.", typing_error=True)
    back = write("Wort: so.", typing_error=True)
    assert (back.version, back.corrects) == (3, MailText.objects.get(version=1).content_hash)
    enter(1)
    work_on(hours=3)
    assert said() == {"1": "Wort: so."}


def test_the_shipped_text_is_kept_too(make_flow, write, enter, work_on, chef):
    flow = make_flow(WAIT, MAIL)
    assert flow.active_version.pins["texts"] == {"newsletter/de": SHIPPED}
    enter(1)
    write("Wort: eigenes.")
    assert changed_since(flow.active_version).texts == [("newsletter", "de")]
    work_on(hours=3)
    assert Message.objects.get().text_hash == ""
    use_text(code="newsletter", language="de", version=None, actor=chef)
    assert changed_since(flow.active_version).texts == []


def test_versions_that_bind_nothing_take_the_newest(make_flow, write, enter, work_on):
    write("Wort: alt.")
    flow = make_flow(WAIT, MAIL)
    FlowVersion.objects.update(pins={})
    enter(1)
    write("Wort: neu.")
    work_on(hours=3)
    assert said() == {"1": "Wort: neu."}
    assert changed_since(FlowVersion.objects.get(pk=flow.active_version_id)) == Changed([], [])


def test_a_version_asks_the_segment_as_it_was(make_flow, enter, work_on, chef, write, world):
    contact("p1@example.org")
    contact("p2@example.org")

    def only(number):
        return {"field": "email", "op": "contains", "value": f"p{number}@"}

    segment = save_segment(segment=None, code="wenige", label="Wenige", expression=only(1), actor=chef)
    write("Wort: da.")
    flow = make_flow(MAIL, conditions=[{"condition": "in_segment", "settings": {"segment": "wenige"}}])
    assert flow.active_version.pins["segments"] == {"wenige": segment.expression}
    save_segment(segment=segment, code="wenige", label="Wenige", expression=only(2), actor=chef)
    assert changed_since(flow.active_version) == Changed([], ["Wenige"])
    enter(1)
    enter(2)
    work_on()
    assert list(said()) == ["1"]
    assert pins_of(definition_of(flow.active_version))["segments"]["wenige"] == only(2)


def test_the_page_says_so_and_publishes_anew(make_flow, write, chef, client):
    write("Wort: alt.")
    flow = make_flow(WAIT, MAIL, enabled=False)
    page = reverse("shopflow-staff:automations-flow", args=[flow.code])
    client.force_login(chef)
    again = reverse("shopflow-staff:automations-version-again", args=[flow.active_version_id])
    assert 'id="changed"' not in client.get(page).content.decode()
    write("Wort: neu.")
    shown = client.get(page).content.decode()
    assert 'id="changed"' in shown
    assert reverse("shopflow-staff:mail-text", args=["newsletter", "de"]) in shown
    assert client.post(again).status_code == 302
    assert Flow.objects.get(pk=flow.pk).active_version.number == 2
    assert 'id="changed"' not in client.get(page).content.decode()


class Delivered(Provider):
    code = "delivered"
    label = "Delivered"
    steps = (WAIT, MAIL)

    def define(self):
        raw = definition_with(*self.steps)
        return FlowDefinition(code=self.code, label="x", description="x", reason="x", definition=raw, enabled=True)


@pytest.fixture
def delivered(any_hour):
    """An automation that comes with the shop, in the database."""
    with providers.without(*providers.codes()), providers.registered(Delivered):
        sync_builtin_flows()
        yield Flow.objects.get(code="delivered")


def versions(flow):
    rows = flow.versions.order_by("number")
    return [(row.number, row.source, row.pins["texts"]["newsletter/de"]) for row in rows]


def test_a_delivered_version_is_bound_from_the_start(delivered, write, enter, work_on):
    assert versions(delivered) == [(1, "built_in", SHIPPED)]
    enter(1)
    write("Wort: eigenes.")
    work_on(hours=3)
    assert Message.objects.get().text_hash == ""


def test_a_text_of_staff_makes_a_delivered_version_by_itself_for_those_who_come_after(
    delivered, write, enter, work_on, chef
):
    enter(1)
    first = write("Wort: ein Felher.")
    deliver_due()
    deliver_due()
    enter(2)
    write("Wort: ein Fehler.", typing_error=True)
    deliver_due()
    enter(3)
    use_text(code="newsletter", language="de", version=None, actor=chef)
    deliver_due()
    work_on(hours=3)

    made = [(1, "built_in", SHIPPED), (2, "built_in", first.content_hash), (3, "built_in", SHIPPED)]
    assert versions(delivered) == made
    assert dict(Run.objects.values_list("email", "version__number")) == {
        "p1@example.org": 1, "p2@example.org": 2, "p3@example.org": 2,
    }  # fmt: skip
    bound = dict(Message.objects.values_list("to_email", "text_hash"))
    assert bound.pop("p1@example.org") == ""
    corrected = MailText.objects.get(version=2)
    assert (corrected.corrects, set(bound.values())) == (first.content_hash, {corrected.content_hash})
    delivered.refresh_from_db()
    assert (delivered.active_version.number, delivered.active_version.note) == (3, "Mit den Texten von jetzt")
    assert sync_builtin_flows() == [], "it still counts as delivered"


def test_versions_of_staff_and_of_other_mails_are_left_alone(delivered, write):
    roll_back(version=delivered.active_version, actor=None)
    write("Wort: neu.")
    deliver_due()
    assert [source for _number, source, _text in versions(delivered)] == ["built_in", "staff"]


def test_an_update_of_the_shop_follows_a_text_of_staff(delivered, write, monkeypatch):
    own = write("Wort: eigenes.")
    deliver_due()
    monkeypatch.setattr(Delivered, "steps", (MAIL,))
    sync_builtin_flows()
    edition = own.content_hash
    assert versions(delivered) == [(1, "built_in", SHIPPED), (2, "built_in", edition), (3, "built_in", edition)]
    delivered.refresh_from_db()
    assert delivered.active_version.number == 3


def test_an_update_binds_what_a_shop_has_from_before_and_nothing_else(delivered, write, enter, work_on):
    edition = write("Wort: von heute.").content_hash
    FlowVersion.objects.update(pins={})
    own = FlowVersion.objects.create(
        flow=delivered, number=2, definition=definition_with(MAIL), sha256="x", source="staff", created_at=clock.now()
    )
    enter(1)
    assert sync_builtin_flows() == []
    write("Wort: von morgen.")
    work_on(hours=3)

    assert delivered.versions.get(number=1).pins["texts"] == {"newsletter/de": edition}
    own.refresh_from_db()
    assert own.pins == {}
    assert said() == {"1": "Wort: von heute."}


@pytest.mark.parametrize(
    ("language", "written", "subject"),
    [
        ("en", "", "News from the shop"),
        ("fr", "", "Neues aus dem Shop"),
        ("en", "de", "Herbst"),
        ("en", "de en", "Autumn"),
    ],
)
def test_a_mail_speaks_the_persons_language_if_its_text_does(make_flow, enter, chef, language, written, subject):
    contact("p1@example.org", language=language)
    for code in written.split():
        words = Words({"de": "Herbst", "en": "Autumn"}[code], "", "<p>x</p>")
        save_text(code="newsletter", language=code, words=words, actor=chef)
    make_flow(MAIL)
    enter(1)
    assert Message.objects.get().subject == subject
