"""The gate before an automation is let loose on people.

A person may switch on, or publish for an automation that is switched on, only a definition that the linter finds no
error in, every way of which was tested, and that somebody has cleared: who has seen what it would do, to how many
people a month, and why its warnings do not matter. In an emergency whoever has the right may pass over errors and
missing tests, with a written reason. Code that acts for nobody, such as the demo's, is not asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shopflow.audience.purposes import purposes
from shopflow.automations.definitions import Act, read
from shopflow.automations.definitions.naming import fingerprint
from shopflow.automations.definitions.wording import step_phrase
from shopflow.automations.exceptions import NotAllowed, NotReady
from shopflow.automations.facts import facts_about, is_delivered
from shopflow.automations.linting import MAX_WAYS, Finding, lint, ways
from shopflow.automations.linting.graph import sending_of
from shopflow.automations.models import Clearance, Flow, Run
from shopflow.automations.services.happenings import fits
from shopflow.contracts.events import events
from shopflow.contracts.mail import MailClass, legal_bases
from shopflow.contracts.types import JSONDict
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.core.services import audit
from shopflow.mailing.models import MailKind

OVERRIDE = "shopflow_automations.override_activation"
"""The right to pass over errors and missing tests."""
MONTH = timedelta(days=30)
COUNTED = 20_000
"""Where the count of affected people stops looking."""


@dataclass(frozen=True)
class Message:
    """One thing that the flow writes to people: by which step, as what, for which purpose, on which basis."""

    node: str
    sentence: str
    mail_class: str
    purpose: str
    basis: str

    @property
    def kind(self) -> str:
        return str(MailKind(self.mail_class).label)

    @property
    def purpose_label(self) -> str:
        return str(purposes.get(self.purpose).label) if self.purpose in purposes else self.purpose

    @property
    def basis_label(self) -> str:
        return str(legal_bases.get(self.basis).label) if self.basis in legal_bases else self.basis


@dataclass(frozen=True)
class Affected:
    """How often its event has come in the last month, and how many runs are under way. ``more`` and ``many``: there are
    more of them, which nobody has counted. ``on_demand``: the event is noted only while an automation asks for it.
    """

    entries: int
    under_way: int
    more: bool = False
    many: bool = False
    by_hand: bool = False
    on_demand: bool = False


@dataclass(frozen=True)
class Readiness:
    """Everything that the gate goes by."""

    sha256: str
    findings: Sequence[Finding]
    ways: Sequence[str]
    walked: frozenset[str]
    delivered: bool
    clearance: Clearance | None

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.is_error]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.is_error]

    @property
    def tested(self) -> int:
        """How many of the ways have been tested."""
        return sum(1 for way in self.ways if way in self.walked)

    @property
    def unconfirmed(self) -> list[Finding]:
        """Warnings that the clearance does not know."""
        known = set(self.clearance.warnings) if self.clearance else set()
        return [finding for finding in self.warnings if warned_of(finding) not in known]

    def problems(self) -> list[str]:
        """Sentences that say what keeps it from being switched on; none if nothing does."""
        found: list[str] = []
        if not (self.clearance and self.clearance.overrides):
            found += [f"{finding.message} {finding.advice}" for finding in self.errors]
        if self.clearance is None:
            found.append(_("Look at what it would do and to how many people, and switch it on from there."))
        elif self.unconfirmed:
            count = len(self.unconfirmed)
            sentence = ngettext(
                "%(count)s warning has to be confirmed.", "%(count)s warnings have to be confirmed.", count
            )
            found.append(sentence % {"count": count})
        return found


def warned_of(finding: Finding) -> str:
    """What a clearance remembers of a warning: another step or another code is another warning."""
    return f"{finding.code}:{finding.step}"


def readiness(flow: Flow, definition: JSONDict) -> Readiness:
    """Whether ``definition`` may be let loose as ``flow``. Raises DefinitionInvalid for one that cannot be read."""
    sha256 = fingerprint(definition)
    facts = facts_about(definition)
    return Readiness(
        sha256=sha256,
        findings=lint(definition, facts),
        ways=ways(read(definition))[:MAX_WAYS],
        walked=facts.walked or frozenset(),
        delivered=is_delivered(sha256),
        clearance=Clearance.objects.filter(flow=flow, sha256=sha256).order_by("-at", "-pk").first(),
    )


def pass_gate(flow: Flow, definition: JSONDict, actor: Any) -> None:
    """Raise :class:`NotReady` if ``actor`` may not let ``definition`` loose."""
    if actor is None:
        return
    problems = readiness(flow, definition).problems()
    if problems:
        raise NotReady(problems)


@transaction.atomic
def clear(*, flow: Flow, definition: JSONDict, actor: Any, reason: str = "", overrides: bool = False) -> Clearance:
    """Write down that ``actor`` has seen what ``definition`` would do and wants it.

    Raises :class:`NotReady` while there are errors or untested ways, unless ``overrides``; :class:`NotAllowed` when
    warnings or an override have no ``reason``, or the right to override is missing.
    """
    found = readiness(flow, definition)
    reason = reason.strip()
    if overrides and not actor.has_perm(OVERRIDE):
        raise NotAllowed(_("You may not switch on what has not been tested."))
    if found.errors and not overrides:
        raise NotReady([f"{finding.message} {finding.advice}" for finding in found.errors])
    if (found.warnings or overrides) and not reason:
        raise NotAllowed(_("Say why: the reason is kept in the audit log."))
    counted = affected(flow, definition)
    clearance = Clearance.objects.create(
        flow=flow, sha256=found.sha256, warnings=[warned_of(finding) for finding in found.warnings],
        overrides=overrides, affected=counted.entries, reason=reason[:500], given_by=actor, at=clock.now(),
    )  # fmt: skip
    summary = _("“%(flow)s” cleared in an emergency") if overrides else _("“%(flow)s” cleared")
    audit(
        actor=actor, action="automation_cleared", target=flow, summary=summary % {"flow": flow.name},
        data={
            "sha256": found.sha256, "reason": reason, "overrides": overrides, "affected": counted.entries,
            "errors": [warned_of(finding) for finding in found.errors], "warnings": clearance.warnings,
            "tested": [found.tested, len(found.ways)],
        },
    )  # fmt: skip
    return clearance


def messages_of(definition: JSONDict) -> list[Message]:
    """What the definition writes to people, in the order of its steps."""
    found = []
    for act in read(definition).steps:
        sending = sending_of(act) if isinstance(act, Act) else None
        if isinstance(act, Act) and sending is not None and sending.mail_class is not MailClass.STAFF:
            sentence = step_phrase(act).text
            found.append(Message(act.id, sentence, sending.mail_class.value, sending.purpose, sending.basis))
    return found


def affected(flow: Flow, definition: JSONDict) -> Affected:
    """How many people it would concern: how often its event came in the last month, entry conditions aside."""
    trigger = read(definition).trigger
    standing = Run.objects.filter(flow=flow, state__in=Run.OPEN)[: COUNTED + 1].count()
    under_way, many = min(standing, COUNTED), standing > COUNTED
    if not trigger.event:
        return Affected(0, under_way, many=many, by_hand=True)
    on_demand = trigger.event in events and events.get(trigger.event).on_demand
    came = OutboxEvent.objects.filter(code=trigger.event, occurred_at__gte=clock.now() - MONTH)
    if not trigger.where:
        entries = came[: COUNTED + 1].count()
        return Affected(min(entries, COUNTED), under_way, more=entries > COUNTED, many=many, on_demand=on_demand)
    payloads = list(came.order_by("-occurred_at").values_list("payload", flat=True)[: COUNTED + 1])
    entries = sum(1 for payload in payloads[:COUNTED] if not fits(trigger.where, payload))
    return Affected(entries, under_way, more=len(payloads) > COUNTED, many=many, on_demand=on_demand)
