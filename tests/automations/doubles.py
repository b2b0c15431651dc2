"""Stand-ins for the rooms that automations talk to by code, and a small flow to try the engine with."""

from __future__ import annotations

import dataclasses
from typing import Any

from shopflow.automations.models import Decision
from shopflow.contracts.automations import Action, Condition, Outcome, Sending, Verdict, actions, conditions
from shopflow.contracts.events import Event, events
from shopflow.contracts.mail import BasisVerdict, LegalBasis, MailClass, MailContext, legal_bases, mail_contexts
from shopflow.mailing.services import queue_rendered


@dataclasses.dataclass(frozen=True, kw_only=True)
class ThingHappened(Event):
    code = "test_thing"
    label = "Thing happened"
    thing_id: int
    email: str = "erika@example.org"
    kind: str = "round"


@dataclasses.dataclass(frozen=True, kw_only=True)
class ThingEnded(Event):
    code = "test_thing_ended"
    label = "Thing ended"
    thing_id: int
    email: str = "erika@example.org"


@dataclasses.dataclass(frozen=True, kw_only=True)
class ConsentChanged(Event):
    code = "consent_changed"
    label = "Consent changed"
    email: str
    purpose: str
    action: str


class World:
    """What the stand-ins know and have seen."""

    def __init__(self):
        self.consents: set[tuple[str, str]] = set()
        self.holds: bool | None = True
        self.done: list[str] = []
        self.fail_with: Exception | None = None
        self.outcome: Outcome | None = None


world_now = World()


class TestGate(Condition):
    __test__ = False
    code = "test_gate"
    label = "the gate is open"

    def evaluate(self, context, settings):
        if isinstance(world_now.holds, Exception):
            raise world_now.holds
        return Verdict(world_now.holds, f"The gate says {world_now.holds}.")


class HasConsent(Condition):
    code = "has_consent"
    label = "consent is given"
    needs = frozenset({"email"})

    def evaluate(self, context, settings):
        holds = (context.text("email"), settings["purpose"]) in world_now.consents
        return Verdict(holds, "Consent is there." if holds else "There is no consent.")


class Consent(LegalBasis):
    code = "consent"
    label = "Consent"

    def holds(self, *, email, purpose):
        holds = (email, purpose) in world_now.consents
        return BasisVerdict(holds, "" if holds else "There is no consent.")


class ConsentOrCustomer(Consent):
    """Nobody here is known as a customer."""

    code = "consent_or_customer"


class Work(Action):
    code = "test_work"
    label = "work"
    transactional = True

    def run(self, context, settings):
        world_now.done.append(context.run_key)
        if world_now.fail_with is not None:
            raise world_now.fail_with
        return world_now.outcome or Outcome.done("worked", "Work was done.")


class OutsideWork(Work):
    code = "test_outside"
    transactional = False


class Advert(Action):
    """Writes an advertising mail that needs no template."""

    code = "test_advert"
    label = "advertise"
    transactional = True
    mail_class = MailClass.ADVERTISING

    def sends(self, settings):
        return Sending(self.mail_class, settings.get("purpose", "newsletter"), "consent")

    def run(self, context, settings):
        if context.dry_run:
            return Outcome.done("would_send")
        queue_rendered(
            dedupe_key=context.run_key, template="test", to=context.text("email"), subject="Angebot", text="Text",
            mail_class=self.mail_class, purpose=settings.get("purpose", "newsletter"), basis="consent",
        )  # fmt: skip
        return Outcome.done("mail_queued")


class Note(Advert):
    """The same as an ordinary mail of the order."""

    code = "test_mail"
    mail_class = MailClass.TRANSACTIONAL


class BasketWords(MailContext):
    code = "basket"
    label = "Basket"

    def context(self, subject):
        lines = [{"quantity": 2, "title": "Ölfilter W 712/95"}]
        return {"lines": lines, "restore_url": "http://testserver/warenkorb/x/", "customer_name": "Erika Beispiel"}


class DocumentWords(MailContext):
    code = "documents"
    label = "Documents"

    def context(self, subject):
        return {}


DOUBLES = [
    (events, [ThingHappened, ThingEnded, ConsentChanged]),
    (conditions, [TestGate, HasConsent]),
    (actions, [Work, OutsideWork, Advert, Note]),
    (legal_bases, [Consent, ConsentOrCustomer]),
    (mail_contexts, [BasketWords, DocumentWords]),
]


def definition_with(*steps, **more):
    return {
        "schema": 1,
        "trigger": {"event": "test_thing"},
        "entry_key": "thing:{thing_id}",
        "steps": list(steps) or [{"id": "work", "kind": "action", "action": "test_work"}],
        **more,
    }


WAIT = {"id": "pause", "kind": "wait", "for": {"hours": 2}}
ADVERT = {"id": "advert", "kind": "action", "action": "test_advert"}
WORK = {"id": "work", "kind": "action", "action": "test_work"}


def decisions(run: Any = None) -> list[tuple[str, str, str]]:
    """Gate, code and verdict of each decision about ``run``, or about the test's flow, in their order."""
    rows = Decision.objects.filter(run=run) if run else Decision.objects.filter(flow__code="test_flow")
    return [(row.gate, row.code, row.verdict) for row in rows.order_by("pk")]
