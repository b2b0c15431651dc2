"""Links, products and vouchers in a mail are looked at once more before it is written, and again when it leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model
from oscar.test.factories import create_product
from wagtail.models import Page

from shopflow.audience.models import Campaign
from shopflow.automations.explaining import explain
from shopflow.automations.facts import facts_about
from shopflow.automations.linting import lint
from shopflow.automations.models import Decision, DryRun, Flow, Run, RunStep
from shopflow.automations.queries import definition_of
from shopflow.automations.reach import left_out
from shopflow.automations.reporting.wording import reason_label
from shopflow.automations.services import publish_version, resume_run
from shopflow.automations.services.departing import judge_departures
from shopflow.automations.services.dry_runs.replay import replayed
from shopflow.contracts.mail import Departure, MailClass
from shopflow.core import clock
from shopflow.core.models import AuditEntry
from shopflow.core.services import deliver_due
from shopflow.desk.models import StaffTask
from shopflow.desk.services import close_task
from shopflow.mailing.models import Message
from shopflow.mailing.services import save_text, send_due
from shopflow.mailing.texts.shipped import Words
from tests.audience.people import contact
from tests.automations.doubles import ADVERT, ThingHappened, definition_with
from tests.automations.rulings import NEWS, departure, rulings
from tests.automations.test_i07_dry_run_repeats_history import BEGIN, Life, repeat, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller", "any_hour")]
SETTINGS = {"template": "newsletter", "mail_class": "advertising", "purpose": "newsletter", "basis": "consent",
            "contexts": ["mail_preferences"]}  # fmt: skip
MAIL = {"id": "mail", "kind": "action", "action": "send_mail", "settings": SETTINGS}
LAST = {"id": "after", "kind": "action", "action": "test_work"}


@pytest.fixture(autouse=True)
def agreed(world):
    world.consents.add(NEWS)


@pytest.fixture
def chef():
    return get_user_model().objects.create_superuser("chef@example.com", "x")


@pytest.fixture
def write(chef):
    def save(body, language="de"):
        words = Words("Herbst", "", f"<p>{body}</p>")
        return save_text(code="newsletter", language=language, words=words, actor=chef)

    return save


@pytest.fixture
def product():
    return create_product(title="Ölfilter")


@pytest.fixture
def enter(happen, work_on, world):
    def begin(*numbers):
        for number in numbers:
            email = f"p{number}@example.org"
            world.consents.add((email, "newsletter"))
            happen(ThingHappened(thing_id=number, email=email))
        work_on()

    return begin


def link_to(product):
    return f'<a href="{{{{ site_url }}}}{product.get_absolute_url()}">Ölfilter</a>'


def hide(product, *, is_public=False):
    type(product).objects.filter(pk=product.pk).update(is_public=is_public)


def tasks():
    return list(StaffTask.objects.filter(about__startswith="text:").order_by("pk"))


def test_a_sound_text_passes_and_the_decision_names_the_gate(make_flow, write, product, enter):
    write(f"{link_to(product)} mit HERBST10")
    make_flow(MAIL)
    enter(1)

    assert Message.objects.get().text_hash
    decision = Decision.objects.get(gate="sending")
    assert (decision.code, decision.details["result"]) == ("send", "send")
    passed = decision.details["passed"]
    assert passed.index("staleness") < passed.index("content") < passed.index("duplicate")
    assert tasks() == []


def test_advertising_with_a_dead_product_is_parked_and_staff_hear_of_it_once(make_flow, write, product, enter, chef):
    write(link_to(product))
    flow = make_flow(MAIL, LAST)
    hide(product)
    enter(1, 2, 3)

    assert Message.objects.count() == 0
    assert set(Run.objects.values_list("state", "reason_code", "node")) == {("parked", "content_broken", "mail")}
    decisions = Decision.objects.filter(gate="sending")
    assert {(one.code, one.verdict, one.details["result"], one.details["stopped_by"]) for one in decisions} == {
        ("content_broken", "false", "error", "content")
    }
    step = RunStep.objects.filter(node="mail").first()
    assert (step.outcome, step.code) == ("failed", "content_broken")
    assert "Das Produkt hinter " in step.reason
    assert "ist nicht im Verkauf" in step.reason
    (task,) = tasks()
    assert (task.about, task.kind) == ("text:newsletter/de", "content_review")
    assert "ist nicht im Verkauf" in task.text

    told = "\n".join(explain(email="p1@example.org", flow=flow))
    assert "bis es jemand behebt" in told
    assert "ist nicht im Verkauf" in told
    assert reason_label("content_broken") == "nannte etwas, das es nicht gibt"
    assert left_out(["p1@example.org"], definition_of(flow.active_version)) == {"p1@example.org": "content_broken"}

    enter(4)
    assert len(tasks()) == 1


def test_once_mended_everything_that_waits_is_tried_again(make_flow, write, product, enter, chef, work_on):
    write(link_to(product))
    make_flow(MAIL, LAST)
    hide(product)
    enter(1, 2)
    hide(product, is_public=True)
    (task,) = tasks()
    close_task(task_id=task.pk, actor=chef, done=True, note="wieder da")
    while deliver_due():
        pass
    work_on()

    assert set(Run.objects.values_list("state", flat=True)) == {"done"}
    assert sorted(Message.objects.values_list("to_email", flat=True)) == ["p1@example.org", "p2@example.org"]
    assert AuditEntry.objects.get(action="automation_runs_mended").data == {"runs": 2}
    assert Decision.objects.filter(gate="staff", code="resumed").count() == 2


def test_what_was_not_mended_is_parked_again_and_told_the_next_day(make_flow, write, product, enter, chef, work_on):
    write(link_to(product))
    make_flow(MAIL)
    hide(product)
    enter(1)
    for _again in range(2):
        task = tasks()[-1]
        if task.is_open:
            close_task(task_id=task.pk, actor=chef, done=True, note="mended")
        while deliver_due():
            pass
        work_on()
    assert Run.objects.get().state == "parked"
    assert len(tasks()) == 1, "once a day"
    clock.move_forward(timedelta(days=1))
    resume_run(run_id=Run.objects.get().pk, actor=chef)
    work_on()
    assert [task.state for task in tasks()] == ["done", "open"]


def test_what_is_owed_goes_with_a_dead_link_and_staff_hear_of_it(make_flow, chef, product, enter):
    words = Words("Ihr Korb", "", f"<p>{link_to(product)}</p>")
    save_text(code="basket_mail", language="de", words=words, actor=chef)
    settings = {"template": "basket_mail", "mail_class": "transactional", "contexts": ["basket"]}
    make_flow({**MAIL, "settings": settings})
    hide(product)
    enter(1, 2)
    send_due()

    assert set(Message.objects.values_list("state", flat=True)) == {"accepted"}
    decision = Decision.objects.filter(gate="sending").first()
    assert (decision.code, decision.verdict, "content" in decision.details["passed"]) == ("send", "true", True)
    assert "ist nicht im Verkauf" in decision.details["remarks"][0]
    assert decision.reason.startswith("Sie geht hinaus, obwohl etwas daran nicht stimmt: ")
    assert [task.about for task in tasks()] == ["text:basket_mail/de"]


def test_words_of_a_text_message_are_looked_at_too(product):
    text = f"Neu: https://elsewhere.example/x/ und http://testserver{product.get_absolute_url()}."
    settings = {"text": text, "mail_class": "advertising", "purpose": "newsletter", "basis": "consent"}
    act = {"id": "sms", "kind": "action", "action": "send_sms", "settings": settings}
    hide(product)
    raw = definition_with(act)
    found = [one for one in lint(raw, facts_about(raw)) if one.code == "dead_content"]
    assert [(one.step, "ist nicht im Verkauf" in str(one.message)) for one in found] == [("sms", True)]


def test_the_editor_says_the_same_of_every_language(write, product):
    write("Alles gut")
    write(link_to(product), language="en")
    hide(product)
    raw = definition_with(MAIL)
    found = [str(one.message) for one in lint(raw, facts_about(raw)) if one.code == "dead_content"]
    assert found == [
        f"„newsletter“: Das Produkt hinter http://testserver{product.get_absolute_url()} ist nicht im Verkauf."
    ]


def test_only_the_language_that_somebody_gets_matters(make_flow, write, product, enter):
    write("Alles gut")
    write(link_to(product), language="en")
    make_flow(MAIL)
    contact("p2@example.org", language="en")
    hide(product)
    enter(1, 2)

    assert list(Message.objects.values_list("to_email", flat=True)) == ["p1@example.org"]
    assert Run.objects.get(email="p2@example.org").reason_code == "content_broken"
    assert [task.about for task in tasks()] == ["text:newsletter/en"]


def test_a_run_is_judged_by_the_text_of_its_version(make_flow, write, product, enter):
    write(link_to(product))
    make_flow(MAIL)
    write("Ohne Link")
    hide(product)
    enter(1)
    assert Run.objects.get().reason_code == "content_broken", "the version keeps to the text it was published with"
    make_flow(MAIL, LAST)
    enter(2)
    assert list(Message.objects.values_list("to_email", flat=True)) == ["p2@example.org"]


def test_a_mail_that_is_written_waits_a_day_for_what_it_names(make_flow, write, product, enter):
    write(link_to(product))
    make_flow(MAIL)
    enter(1)
    message = Message.objects.get()
    assert departure(message, text_hash=message.text_hash) is None
    hide(product)

    held = departure(message, text_hash=message.text_hash)
    assert held.code == "content_broken"
    assert timedelta(minutes=59) < held.until - clock.now() <= timedelta(hours=1)
    assert len(tasks()) == 1
    send_due()
    message.refresh_from_db()
    assert (message.state, message.last_error[:14]) == ("deferred", "„newsletter“: ")
    hide(product, is_public=True)
    clock.move_forward(timedelta(hours=1, minutes=1))
    send_due()
    message.refresh_from_db()
    assert message.state == "accepted"


def test_what_does_not_come_back_within_a_day_is_not_sent(make_flow, write, product, enter):
    write(link_to(product))
    flow = make_flow(MAIL)
    enter(1)
    hide(product)
    clock.move_forward(timedelta(days=1, minutes=1))
    send_due()
    message = Message.objects.get()
    assert (message.state, message.skip_code) == ("skipped", "content_broken")
    assert "ist nicht im Verkauf" in "\n".join(explain(email="p1@example.org", flow=flow))


def test_a_written_mail_is_judged_by_its_own_words(make_flow, write, product, enter):
    write("Alles gut")
    write(link_to(product), language="en")
    make_flow(MAIL)
    contact("p1@example.org", language="en")
    enter(1)
    message = Message.objects.get()
    write("Without a link", language="en")
    hide(product)
    assert departure(message, text_hash=message.text_hash).code == "content_broken"
    assert departure(message, mail_class=MailClass.TRANSACTIONAL, text_hash=message.text_hash) is None


CAMPAIGN_MAIL = {**MAIL, "settings": {**SETTINGS, "contexts": ["mail_preferences", "campaign"]}}


@pytest.fixture
def campaign_flow(make_flow):
    return make_flow(CAMPAIGN_MAIL, trigger={"event": "campaign_started"}, entry_key="{campaign}:{email}")


def run_of(flow, number, code):
    email = f"p{number}@example.org"
    now = clock.now()
    return Run.objects.create(
        flow=flow, version=flow.active_version, email=email, entry_key=str(number), state="active", node="mail",
        visit=1, subject={"email": email, "campaign": code}, due_at=now, planned_at=now, entered_at=now, began_at=now,
    )  # fmt: skip


def test_advertising_for_a_campaign_that_is_over_is_left_out(campaign_flow, world, work_on):
    now = clock.now()
    more = {"text": "x", "opens_on": now.date()}
    Campaign.objects.create(code="herbst", label="Herbst", ends_at=now + timedelta(days=1), **more)
    Campaign.objects.create(code="sommer", label="Sommer", ends_at=now - timedelta(days=1), **more)
    for number, code in enumerate(["herbst", "sommer", "weg"]):
        world.consents.add((f"p{number}@example.org", "newsletter"))
        run_of(campaign_flow, number, code)
    work_on()

    assert rulings() == ["send", "campaign_over", "content_broken"]
    assert list(Run.objects.order_by("pk").values_list("state", flat=True)) == ["done", "done", "parked"]
    assert [task.about for task in tasks()] == [f"text:{campaign_flow.code}"]


LOOKED_AT = ("in_use", "catalogue_product", "catalogue_category", "wagtail", "voucher", "desk_stafftask")


def counted(make):
    """How many questions about texts and what they name ``make`` asks."""
    with CaptureQueriesContext(connection) as caught:
        make()
    return sum(any(name in one["sql"] for name in LOOKED_AT) for one in caught)


@pytest.mark.parametrize("is_public", [True, False])
def test_it_asks_as_many_questions_however_many_leave(
    make_flow, write, product, happen, work_on, world, wagtail_site, is_public
):
    category = get_model("catalogue", "Category").add_root(name="Filter")
    address = f"{{{{ site_url }}}}{category.get_absolute_url()}"
    wagtail_site.root_page.add_child(instance=Page(title="Ratgeber", slug="ratgeber"))
    write(f'{link_to(product)} <a href="{address}">alle</a> <a href="http://testserver/ratgeber/">mehr</a> HERBST10')
    write(link_to(product), language="en")
    make_flow(MAIL)
    hide(product, is_public=is_public)

    def of(numbers):
        for number in numbers:
            email = f"p{number}@example.org"
            contact(email, language="en" if number % 2 else "de")
            world.consents.add((email, "newsletter"))
            happen(ThingHappened(thing_id=number, email=email))
        return counted(work_on)

    of(range(2))
    asked = of(range(2, 6))
    assert asked == of(range(6, 26))
    assert asked == (6 if is_public else 7)
    if is_public:
        few, many = [list(Message.objects.order_by("pk")[part]) for part in (slice(4), slice(24))]
        assert len(many) == 24
        assert departing(few) == departing(many) == 6


def departing(messages):
    mails = [
        Departure(
            dedupe_key=one.dedupe_key, email=one.to_email, mail_class=MailClass(one.mail_class), purpose=one.purpose,
            queued_at=one.created_at, text_hash=one.text_hash,
        )
        for one in messages
    ]  # fmt: skip
    return counted(lambda: judge_departures(mails))


def test_mails_that_name_no_text_cost_nothing(make_flow, happen, work_on, world):
    make_flow(ADVERT)
    happen(ThingHappened(thing_id=1))
    with CaptureQueriesContext(connection) as caught:
        work_on()
    assert not [one for one in caught if "mailtext" in one["sql"]]


def test_i07_a_dry_run_parks_what_life_has_parked_and_tells_nobody(write, product, world):
    life = Life()
    with clock.imagined_at(BEGIN):
        write(link_to(product))
        flow = Flow.objects.create(code="one", name="one", enabled=True)
        publish_version(flow=flow, definition=definition_with(MAIL), actor=None)
    hide(product)
    for number in range(3):
        world.consents.add((f"p{number}@example.org", "newsletter"))
        life.happen(ThingHappened(thing_id=number, email=f"p{number}@example.org"))
        life.pass_by(hours=2)
    lived, (task,) = told(), tasks()
    assert {run[-1] for run in lived["runs"]} == {"content_broken"}

    task.delete()
    assert repeat(flow, life) == lived
    assert tasks() == []
    dry_run = DryRun(flow=flow, since=BEGIN, until=life.now, label="", created_at=life.now)
    with replayed(dry_run) as came_of:
        assert ["content", ["Artikel"]] in came_of.watcher.told(), "the page names what is only known as of today"
