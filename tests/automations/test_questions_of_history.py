"""Questions about automations that somebody is in, was in, or had mail from."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils.translation import override

from shopflow.automations.models import Flow, Run
from shopflow.automations.services.dry_runs.replay import imagined
from shopflow.contracts.automations import Action, Outcome, RunContext, Sending, conditions
from shopflow.contracts.mail import MailClass
from shopflow.mailing.addresses import email_hash
from shopflow.mailing.models import Message
from shopflow.mailing.services import queue_rendered
from tests.audience.answers import answers
from tests.audience.people import contact
from tests.automations.doubles import WORK

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]

NOW = datetime.fromisoformat("2031-03-03T08:00:00+01:00")


def had(email: str, flow: str, *, days_ago: int = 1, **values: Any) -> None:
    message = queue_rendered(
        dedupe_key=f"{email}{flow}{days_ago}", template="x", to=email, subject="x", text="x", campaign=flow
    )
    sent = {"state": "accepted", "accepted_at": NOW - timedelta(days=days_ago), "due_at": None} | values
    Message.objects.filter(pk=message.pk).update(**sent)


def run(flow: Flow, email: str, *, state: str = "done", days_ago: int = 1) -> None:
    moment = NOW - timedelta(days=days_ago)
    Run.objects.create(
        flow=flow, version=flow.active_version, email=email, entry_key=f"{email}{days_ago}", subject={}, state=state,
        due_at=moment, began_at=moment, entered_at=moment,
    )  # fmt: skip


def ask(code: str, **settings: Any) -> dict[str, Any]:
    return {"condition": code, "settings": settings}


@pytest.fixture
def flows(make_flow):
    people = [contact(f"{name}@example.org") for name in ("anna", "ben", "cleo")]
    assert [email_hash(one.email) for one in people] == [email_hash(one.email.upper()) for one in people]
    return make_flow(WORK, code="y"), make_flow(WORK, code="z")


def test_mails_of_an_automation_ever_and_lately(flows):
    had("Anna@Example.org", "y", days_ago=40)
    had("ben@example.org", "y", delivery_state="bounced")
    had("ben@example.org", "z")
    had("cleo@example.org", "y", state="skipped", accepted_at=None, skip_code="x")
    nobody = dict.fromkeys(("anna", "ben", "cleo"), False)

    assert answers(ask("had_mail_of", flow="y"), now=NOW) == nobody | {"anna": True}
    assert answers(ask("had_mail_of", flow="y", days=40), now=NOW) == nobody | {"anna": True}
    assert answers(ask("had_mail_of", flow="y", days="39"), now=NOW) == nobody
    assert answers(ask("had_mail_of", flow="y", days=40), now=NOW - timedelta(days=41)) == nobody
    field = {"field": "automation_mails", "op": "contains", "value": "z"}
    assert answers(field, now=NOW) == nobody | {"ben": True}
    assert answers({"field": "automation_mails", "op": "empty"}, now=NOW) == {"anna": False, "ben": False, "cleo": True}


def test_automations_that_somebody_is_or_was_in(flows):
    y, z = flows
    run(y, "anna@example.org", state="waiting", days_ago=9)
    run(y, "ben@example.org", state="exited", days_ago=30)
    run(z, "cleo@example.org", state="parked")
    nobody = dict.fromkeys(("anna", "ben", "cleo"), False)

    assert answers(ask("is_in_automation", flow="y"), now=NOW) == nobody | {"anna": True}
    assert answers(ask("has_been_in", flow="y"), now=NOW) == {"anna": True, "ben": True, "cleo": False}
    assert answers(ask("has_been_in", flow="y", days=10), now=NOW) == nobody | {"anna": True}
    now_in = {"field": "automations_now", "op": "in", "value": ["y", "z"]}
    assert answers(now_in, now=NOW) == {"anna": True, "ben": False, "cleo": True}
    ever = {"field": "automations_ever", "op": "not_contains", "value": "y"}
    assert answers(ever, now=NOW) == nobody | {"cleo": True}


def test_a_run_asks_the_same_and_says_it_in_words(flows, django_assert_num_queries):
    had("anna@example.org", "y")
    condition = conditions.get("had_mail_of")

    def verdict(email: str) -> tuple[bool | None, str]:
        context = RunContext(subject={"email": email}, now=NOW, run_key="x", flow="z")
        with override("en"):
            found = condition.evaluate(context, {"flow": "y", "days": 7})
        return found.holds, str(found.reason)

    with django_assert_num_queries(2):  # the answer, the automation's name
        assert verdict("anna@example.org") == (True, "Is so: has had a mail from “y” within 7 days")
    assert verdict("ben@example.org")[0] is False
    assert verdict("dora@example.org")[0] is None
    with override("en"):
        assert condition.describe({"flow": "y"}) == "has had a mail from “y”"


class Writes(Action):
    code, label = "writes", "writes"

    def run(self, context, settings):
        return Outcome.done("sent")

    def sends(self, settings):
        return Sending(MailClass.TRANSACTIONAL)


def test_mails_that_a_dry_run_imagines_count(flows):
    subject = {"email": "anna@example.org"}
    imagined(Writes(), RunContext(subject=subject, now=NOW, run_key="k:1", flow="y", dry_run=True), {})
    Message.objects.update(state="accepted", accepted_at=NOW, due_at=None)
    asked = {"condition": "had_mail_of", "settings": {"flow": "y", "days": 1}}
    assert answers(asked, now=NOW) == {"anna": True, "ben": False, "cleo": False}
