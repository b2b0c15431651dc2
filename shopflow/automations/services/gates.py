"""The gates before an action, in order: the first that does not let it through decides, and every answer is kept.

A mail meets all of them when its step is due. Those that can change until the mail leaves are asked again in that
moment by ``extensions.sending``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.automations.definitions import Act, Definition
from shopflow.automations.definitions.model import Cap
from shopflow.automations.exceptions import StepStuck
from shopflow.automations.models import Decision, Run
from shopflow.automations.services.asking import details
from shopflow.automations.services.desk import Advert, Desk
from shopflow.automations.services.happenings import holds, pending
from shopflow.automations.services.journal import sentence
from shopflow.automations.services.soundness import GATE, OVER
from shopflow.contracts.automations import RunContext, Sending, Verdict
from shopflow.contracts.channels import MAIL, channels
from shopflow.contracts.mail import MailClass
from shopflow.contracts.registry import UnknownCode
from shopflow.contracts.types import Label
from shopflow.mailing.addresses import is_valid
from shopflow.mailing.gate import barred, without_basis

LATE = timedelta(minutes=15)
"""More than this behind its plan, an advertising mail queues for a place like everything of a backlog."""

YIELD = timedelta(minutes=5)


class Result(StrEnum):
    SEND = "send"
    DEFER = "defer"
    SKIP = "skip"
    EXIT = "exit"
    ERROR = "error"
    """The run is parked: staff mend something and let it try again."""


@dataclass(frozen=True)
class Ruling:
    """What the gates say. ``code`` is a stable word; ``until`` is set for DEFER, ``ending`` for EXIT."""

    result: Result
    code: str
    reason: Label = ""
    until: datetime | None = None
    ending: str = ""


GO = Ruling(Result.SEND, "send")


@dataclass
class Case:
    """An action of a run that is due."""

    desk: Desk
    run: Run
    definition: Definition
    act: Act
    sending: Sending | None
    context: RunContext
    exits_pending: bool
    remarks: list[Label] = field(default_factory=list)
    """What is wrong and holds nothing back."""

    @property
    def advertises(self) -> bool:
        return self.sending is not None and self.sending.mail_class is MailClass.ADVERTISING

    @cached_property
    def address(self) -> str:
        """Where a message in another channel would go; empty for mail, and where nothing is known."""
        if self.sending is None or self.sending.channel == MAIL:
            return ""
        try:
            return channels.get(self.sending.channel).address(self.run.subject)
        except UnknownCode as error:
            raise StepStuck("unknown_channel", str(error)) from error

    @property
    def planned_at(self) -> datetime:
        return self.run.planned_at or self.run.due_at

    @property
    def urgent(self) -> bool:
        """Staff want it now: caps, quiet hours and pace stand back, the law does not."""
        return bool(self.run.wait.get("urgent"))

    def skip(self, code: str, reason: Label) -> Ruling:
        return Ruling(Result.SKIP, code, reason)

    def defer(self, until: datetime, code: str, reason: Label) -> Ruling:
        """Put off, unless that would be later than the action may be."""
        latest = self.act.max_lateness
        if latest is not None and not self.act.replan and until > self.planned_at + latest:
            return Ruling(Result.SKIP, code, reason)
        return Ruling(Result.DEFER, code, reason, until)


def judge(case: Case) -> Ruling:
    """Ask the gates in their order. For a mail the answers become one decision that names each gate."""
    passed: list[str] = []
    ruling = GO
    for name, gate, _label in GATES:
        answer = gate(case)
        if answer is not None:
            ruling = answer
            break
        passed.append(name)
    if case.sending is not None:
        told = {"result": ruling.result.value, "passed": passed}
        if ruling is not GO:
            told["stopped_by"] = name
        if case.remarks:
            told["remarks"] = [sentence(remark) for remark in case.remarks]
        verdict = Verdict(ruling.result is Result.SEND, ruling.reason or _let_through(case))
        case.desk.decide(Decision.Gate.SENDING, ruling.code, verdict, flow=case.run.flow, run=case.run, details=told)
    return ruling


def _let_through(case: Case) -> Label:
    if case.remarks:
        return _("It goes although something is wrong with it: %(remark)s") % {"remark": case.remarks[0]}
    return _("Every gate lets it through.")


def _active(case: Case) -> Ruling | None:
    if case.desk.rules.halted:
        return Ruling(Result.DEFER, "halted", _("All automations are stopped."), case.desk.now + YIELD)
    if case.run.flow.paused_at is not None:
        return Ruling(Result.DEFER, "paused", _("The automation is paused."), case.desk.now + YIELD)
    return None


def _exits(case: Case) -> Ruling | None:
    """Exits that have happened and are still on their way to us."""
    if not case.exits_pending:
        return None
    for happening, arrival in pending(case.definition.exits, case.run):
        if holds(happening, case.context):
            reason = _("“%(event)s” has happened.") % {"event": arrival.label}
            return Ruling(Result.EXIT, f"exit:{arrival.code}", reason, ending=happening.reads_as)  # type: ignore[attr-defined]
    return None


def _recheck(case: Case) -> Ruling | None:
    for question in case.act.recheck:
        answer = case.desk.ask(question, case.run, case.context)
        case.desk.decide(
            Decision.Gate.RECHECK, question.code, answer.verdict,
            flow=case.run.flow, run=case.run, details=details(answer),
        )  # fmt: skip
        if not answer.holds:
            if question.skip:
                return case.skip(question.code, answer.reason)
            return Ruling(Result.EXIT, f"recheck:{question.code}", answer.reason, ending=Run.Ending.RECHECK)
    return None


def _address(case: Case) -> Ruling | None:
    if case.sending is None:
        return None
    if not case.run.email:
        return case.skip("no_address", _("No e-mail address is known."))
    if not is_valid(case.run.email):
        return case.skip("invalid_address", _("“%(email)s” is not an e-mail address.") % {"email": case.run.email})
    blocked = case.desk.block_reason(case.run)
    if blocked is not None and case.sending.mail_class is not MailClass.LEGAL:
        return case.skip("blocked", _("Staff have blocked this address: %(reason)s") % {"reason": blocked or "–"})
    if case.sending.channel != MAIL and not case.address:
        label = channels.get(case.sending.channel).label
        return case.skip("no_channel_address", _("No address for “%(channel)s” is known.") % {"channel": label})
    return None


def _suppression(case: Case) -> Ruling | None:
    if case.sending is None:
        return None
    sending = case.sending
    blocks = list(case.desk.outlook.blocks(case.run.email))
    if case.address:  # it can be blocked by itself
        blocks += case.desk.outlook.blocks(case.address)
    refused = barred(blocks, mail_class=sending.mail_class, purpose=sending.purpose)
    return None if refused is None else case.skip(refused.code, refused.reason)


def _basis(case: Case) -> Ruling | None:
    if not case.advertises:
        return None
    assert case.sending is not None  # noqa: S101 - advertises says so
    sending = case.sending
    try:
        verdict = case.desk.outlook.verdict(case.run, basis=sending.basis, purpose=sending.purpose)
    except UnknownCode as error:
        raise StepStuck("unknown_basis", str(error)) from error
    refused = without_basis(verdict)
    return None if refused is None else case.skip("no_consent", refused.reason)


def _holdout(case: Case) -> Ruling | None:
    if case.advertises and case.desk.draws.held_out(case.run.flow, case.definition.holdout, case.run.email):
        return case.skip("holdout", _("Belongs to those who get no advertising, to measure the effect."))
    return None


def _cap(case: Case) -> Ruling | None:
    if not case.advertises or case.urgent:
        return None
    assert case.sending is not None  # noqa: S101 - advertises says so
    sent = case.desk.adverts(case.run.email)
    if case.desk.outlook.outranked(case.run):
        until = case.desk.now + YIELD
        return case.defer(until, "yields", _("A more important automation writes to this person first."))
    cap = case.definition.cap
    if cap is not None:
        sent = [advert for advert in sent if advert.purpose == case.sending.purpose]
    free = free_at(sent, cap or case.desk.rules.cap, case.desk.now)
    if free <= case.desk.now:
        return None
    words = {"count": len(sent), "moment": _shown(free)}
    return case.defer(
        free, "cap", _("Has had %(count)s advertising mails; the next one may follow %(moment)s.") % words
    )


def free_at(sent: Sequence[Advert], cap: Cap, now: datetime) -> datetime:
    """The first moment at which another mail keeps the cap."""
    moments = sorted(advert.at for advert in sent)
    if not moments:
        return now
    free = max(now, moments[-1] + cap.gap)
    if len(moments) >= cap.messages:
        free = max(free, moments[-cap.messages] + timedelta(days=cap.days))
    return free


def _quiet(case: Case) -> Ruling | None:
    if not case.advertises or case.urgent:
        return None
    until = case.desk.advertising_from(case.run)
    if until <= case.desk.now:
        return None
    return case.defer(until, "quiet_hours", _("Advertising rests until %(moment)s.") % {"moment": _shown(until)})


def _staleness(case: Case) -> Ruling | None:
    latest = case.act.max_lateness
    if latest is None or case.desk.now <= case.planned_at + latest:
        return None
    if case.act.replan:
        case.desk.save(case.run, planned_at=case.desk.now)
        return None
    return case.skip("too_late", _("It is too late for this now."))


def _content(case: Case) -> Ruling | None:
    """Whether links, products and vouchers in it are still there. Only advertising has to wait until they are: whatever
    is owed to people, by contract or by law, goes with a dead link rather than not at all. Staff hear of either."""
    if case.sending is None:
        return None
    soundness = case.desk.outlook.soundness
    unsound = soundness.judge(case.run, case.act, case.context)
    if unsound is None:
        return None
    soundness.tell(unsound, case.run)
    if not case.advertises:
        case.remarks.append(unsound.reason)
        return None
    if unsound.code == OVER:
        return case.skip(unsound.code, unsound.reason)
    return Ruling(Result.ERROR, unsound.code, unsound.reason)


def _pace(case: Case) -> Ruling | None:
    """Advertising takes a place in a minute; a backlog so leaves at the shop's pace and never in a burst."""
    if not case.advertises or case.urgent:
        return None
    now = case.desk.now
    slot = case.run.wait.get("slot")
    if slot is not None and datetime.fromisoformat(slot) <= now < datetime.fromisoformat(slot) + LATE:
        return None
    minute = case.desk.reserve_minute()
    if minute <= now:
        return None
    ruling = case.defer(minute, "pace", _("Many mails are due; its turn is %(moment)s.") % {"moment": _shown(minute)})
    if ruling.result is Result.DEFER:
        case.desk.save(case.run, wait={**case.run.wait, "slot": minute.isoformat()})
    return ruling


def _duplicate(case: Case) -> Ruling | None:
    if case.sending is None or not case.desk.is_written(case.run):
        return None
    return case.skip("duplicate", _("This mail was written already."))


def _shown(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


GATES: tuple[tuple[str, Callable[[Case], Ruling | None], Label], ...] = (
    ("active", _active, gettext_lazy("the automation runs")),
    ("exits", _exits, gettext_lazy("nothing ends it")),
    ("recheck", _recheck, gettext_lazy("its conditions still hold")),
    ("address", _address, gettext_lazy("there is an address, and staff have not blocked it")),
    ("suppression", _suppression, gettext_lazy("the address takes mail")),
    ("basis", _basis, gettext_lazy("there is a legal basis")),
    ("holdout", _holdout, gettext_lazy("not held out to measure the effect")),
    ("cap", _cap, gettext_lazy("not too many mails")),
    ("quiet_hours", _quiet, gettext_lazy("no quiet hours")),
    ("staleness", _staleness, gettext_lazy("not too late")),
    (GATE, _content, gettext_lazy("its links, products and vouchers are there")),
    ("pace", _pace, gettext_lazy("its turn in the queue")),
    ("duplicate", _duplicate, gettext_lazy("not written already")),
)
"""Every gate by its stable code, in the order in which they are asked. Whether the words can be rendered is asked by
writing the mail: an error parks the run.
"""
