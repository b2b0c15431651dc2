"""First steps with bought digital goods, from the paid order to the last mail, with the real delivery room."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation
from oscar.test import factories

from oscar_ext.order.services import change_status
from shopflow.automations.models import Decision, Flow, Run
from shopflow.contracts.automations import RunContext, conditions
from shopflow.contracts.checkout import Agreement, Declaration
from shopflow.contracts.testing import check_condition
from shopflow.core import clock
from shopflow.core.services import deliver_due
from shopflow.delivery.models import AccessGrant, DigitalGood, FirstStep
from shopflow.delivery.services import end_access, note_confirmed, note_paid, remove_first_step, save_first_step
from shopflow.legal.services import declare_withdrawal
from shopflow.legal.services.withdrawal import Declared
from shopflow.mailing.models import Message
from shopflow.ordering.services import record_agreements
from tests.automations.rooms import only_flows

pytestmark = [pytest.mark.django_db, pytest.mark.once]
EMAIL = "erika@example.org"


@pytest.fixture(autouse=True)
def world():
    """No stand-ins here."""


@pytest.fixture(autouse=True)
def _only(seller, any_hour):
    with only_flows("first_steps"):
        Flow.objects.filter(code="first_steps").update(enabled=True)
        yield


@pytest.fixture
def order():
    placed = factories.create_order(number="100123", guest_email=EMAIL, user=None)
    type(placed).objects.filter(pk=placed.pk).update(status="new")
    waiver = Declaration(key="digital_content", html="content text")
    agreed = {("digital_content", "digital_content"): Agreement(declaration=waiver, accepted=True)}
    record_agreements(order_id=placed.pk, language="de", agreements=agreed)
    return placed


@pytest.fixture
def good(order):
    product = order.lines.get().product
    return DigitalGood.objects.create(product=product, kind="ebook", contract_kind="digital_content")


def write(good, *days, link=""):
    for day in days:
        save_first_step(good=good, day=day, title=f"Schritt <{day}>", text=f"Tun Sie {day}.", link=link)


@pytest.fixture
def unlocked(order, good, work_on):
    def unlock():
        note_confirmed(order_id=order.pk)
        note_paid(order_id=order.pk)
        tell()
        work_on()

    return unlock


def tell():
    while deliver_due():
        pass


def live(work_on, *, until="done"):
    """Let the time pass from one wait to the next; returns when the run is over."""
    while (run := Run.objects.get()).state == "waiting":
        work_on(seconds=(run.due_at - clock.now()).total_seconds() + 1)
    assert Run.objects.get().state == until


def mails():
    """The flow's mails, with the whole days since the run began at which they were written."""
    began = Run.objects.get().began_at
    written = Message.objects.exclude(template="access_ready").order_by("pk")
    return [(mail.template, (mail.created_at.date() - began.date()).days) for mail in written]


def words(template):
    mail = Message.objects.get(template=template)
    return mail.text.replace("\n", " "), mail.html


def test_a_paid_order_brings_four_mails_each_with_its_days(good, unlocked, work_on):
    write(good, 0, 1, 3, 4, 8, 14, 15, link="/hilfe/")
    unlocked()
    assert mails() == [("first_steps_0", 0)]
    live(work_on)

    assert [template for template, _day in mails()] == [f"first_steps_{day}" for day in (0, 3, 7, 14)]
    late = [day - wanted for (_template, day), wanted in zip(mails(), (0, 3, 7, 14), strict=True)]
    assert late[0] == 0
    assert set(late) <= {0, 1}, "whoever buys after ten in the morning waits until the next ten o'clock"
    for mail, days in ((0, {0}), (3, {1, 3}), (7, {4}), (14, {8, 14})):
        text, html = words(f"first_steps_{mail}")
        assert {day for day in (0, 1, 3, 4, 8, 14, 15) if f"Schritt <{day}> Tun Sie {day}." in text} == days
        assert {day for day in (0, 1, 3, 4, 8, 14, 15) if f"Schritt &lt;{day}&gt;" in html} == days
        assert "http://testserver/hilfe/" in html
        assert "http://testserver/downloads/" in text
    first = Message.objects.get(template="first_steps_0")
    assert (first.to_email, first.mail_class, first.language) == (EMAIL, "transactional", "de")
    assert first.subject == f"Erste Schritte: {good.product.get_title()}"


def test_somebody_who_reads_english_gets_english_words_around_the_steps(good, unlocked, settings, monkeypatch):
    monkeypatch.setattr("shopflow.automations.services.editions.language_of", lambda _email: "en")
    write(good, 0)
    unlocked()
    mail = Message.objects.get(template="first_steps_0")
    assert mail.subject == f"First steps: {good.product.get_title()}"
    assert "This is how you begin:" in mail.text
    assert "Tun Sie 0." in mail.text


def test_days_without_a_step_make_no_mail_and_say_so(good, unlocked, work_on, client, admin_user):
    write(good, 2, 10)
    unlocked()
    live(work_on)

    assert [template for template, _day in mails()] == ["first_steps_3", "first_steps_14"]
    skipped = Decision.objects.filter(gate="recheck", code="has_first_steps", verdict="false").order_by("pk")
    assert [row.reason for row in skipped] == [
        "Das digitale Gut hat keine ersten Schritte für Tag 0.",
        "Das digitale Gut hat keine ersten Schritte für die Tage 4 bis 7.",
    ]
    client.force_login(admin_user)
    page = client.get(reverse("shopflow-staff:automations-why"), {"email": EMAIL, "flow": "first_steps"})
    assert "keine ersten Schritte für Tag 0" in page.content.decode()


@pytest.mark.parametrize("days", [(), (15, 60)])
def test_a_good_without_steps_for_a_mail_begins_nothing(good, unlocked, days):
    write(good, *days)
    unlocked()
    assert not Run.objects.exists()
    refused = Decision.objects.get(code="has_first_steps")
    assert refused.reason == "Das digitale Gut hat keine ersten Schritte für die Tage 0 bis 14."


def test_a_step_that_was_taken_out_meanwhile_is_not_sent(good, unlocked, work_on):
    write(good, 0, 3)
    unlocked()
    remove_first_step(step=FirstStep.objects.get(day=3))
    live(work_on)
    assert mails() == [("first_steps_0", 0)]


@pytest.mark.parametrize("why", ["returned", "withdrawn", "ended by staff", "expired"])
def test_nothing_comes_once_the_access_is_over(order, good, unlocked, work_on, why):
    write(good, 0, 3, 7, 14)
    unlocked()
    grant = AccessGrant.objects.get()
    match why:
        case "returned":
            for status in ("paid", "in_work", "delivered", "returned"):
                change_status(order_id=order.pk, new_status=status)
        case "withdrawn":
            declared = Declared(submission_key="k" * 32, name="Erika Beispiel", contract=order.number, email=EMAIL)
            declare_withdrawal(declared=declared, language="de")
        case "ended by staff":
            end_access(grant_id=grant.pk, reason="refund", actor=None)
        case "expired":
            AccessGrant.objects.update(expires_at=clock.now() + timedelta(days=2))
    tell()
    work_on(days=20)
    work_on(days=20)

    assert Message.objects.filter(template__startswith="first_steps").count() == 1
    run = Run.objects.get()
    assert run.state == "exited"
    if why == "ended by staff":
        assert Decision.objects.filter(run=run, code="access_open").latest("pk").reason == "Der Zugang ist „beendet“."


def test_off_nobody_gets_anything(good, unlocked):
    Flow.objects.update(enabled=False)
    write(good, 0)
    unlocked()
    assert not Run.objects.exists()
    assert not Message.objects.filter(template__startswith="first_steps").exists()


def asked(grant_id):
    return RunContext(
        subject={"grant_id": grant_id, "email": EMAIL}, now=clock.now(), run_key="run:1:x:1", flow="first_steps"
    )


def test_the_question_is_asked_of_many_at_once(good, unlocked, django_assert_num_queries):
    write(good, 0, 5, 6)
    unlocked()
    grant_id = AccessGrant.objects.get().pk
    condition = conditions.get("has_first_steps")
    for mail in (None, 0, 3, 7, 14):
        check_condition(condition, context=asked(grant_id), settings={"mail": mail})
    contexts = [asked(grant_id), asked(0), asked(grant_id)]
    with translation.override("en"), django_assert_num_queries(1):
        found = condition.evaluate_many(contexts, {"mail": 7})
    assert [(one.holds, one.reason) for one in found] == [
        (True, "The digital good has 2 first steps for days 4 to 7."),
        (None, "The access does not exist any more."),
        (True, "The digital good has 2 first steps for days 4 to 7."),
    ]


@pytest.mark.parametrize(("given", "kept"), [({}, None), ({"mail": ""}, None), ({"mail": 7}, 7), ({"mail": "14"}, 14)])
def test_the_settings_can_be_edited(given, kept):
    form = conditions.get("has_first_steps").form_class(given)
    assert form.is_valid()
    assert form.cleaned_data == {"mail": kept}
    with translation.override("de"):
        said = str(conditions.get("has_first_steps").describe(form.cleaned_data))
    assert said == ("es gibt erste Schritte für " + (f"die E-Mail von Tag {kept}" if kept else "das digitale Gut"))


def test_other_days_than_those_of_the_mails_are_refused():
    assert not conditions.get("has_first_steps").form_class({"mail": "5"}).is_valid()
