"""Why somebody is, was or never came to be in an automation, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shopflow.audience.queries import contact_of, people_of
from shopflow.automations import reach
from shopflow.automations.definitions import Definition
from shopflow.automations.definitions.wording import event_label, question
from shopflow.automations.exceptions import StepStuck
from shopflow.automations.mail_stories import mail_stories, told
from shopflow.automations.mail_stories import moment as _moment
from shopflow.automations.models import AutomationSettings, Broadcast, Decision, Flow, Run
from shopflow.automations.queries import active_definition
from shopflow.automations.reporting.wording import reason_label
from shopflow.automations.services.asking import ask
from shopflow.automations.services.experiments import is_held_out
from shopflow.automations.services.happenings import SUBSCRIBER, fits, normalised
from shopflow.contracts.automations import RunContext, Sending
from shopflow.contracts.expressions import ExpressionInvalid
from shopflow.contracts.mail import legal_bases
from shopflow.contracts.registry import UnknownCode
from shopflow.contracts.types import Label
from shopflow.core import clock
from shopflow.core.models import OutboxDelivery, OutboxEvent
from shopflow.mailing.addresses import normalise_email, spellings
from shopflow.mailing.models import Suppression
from shopflow.mailing.queries import lifted_blocks, suppressions

LOOKED_BACK = timedelta(days=90)
SHOWN = 5


@dataclass(frozen=True)
class Line:
    """One automation in a few words, for the table of all of them."""

    flow: Flow
    runs: int
    refused: int
    reason: str


def lines(email: str) -> list[Line]:
    """Each automation with how often the person was in it and was not let in, in four queries."""
    email = normalise_email(email)
    runs = dict(Run.objects.filter(email=email).order_by().values_list("flow_id").annotate(number=Count("pk")))
    refusals = Decision.objects.filter(email=email, run=None).exclude(verdict=Decision.Verdict.TRUE).order_by()
    rows = refusals.values("flow_id").annotate(number=Count("pk"), last=Max("pk"))
    found = {row["flow_id"]: (row["number"], row["last"]) for row in rows}
    latest = Decision.objects.filter(pk__in=[last for _number, last in found.values()])
    codes = dict(latest.values_list("flow_id", "code"))
    return [
        Line(
            flow, runs.get(flow.pk, 0), found.get(flow.pk, (0, 0))[0],
            reason_label(codes[flow.pk]) if flow.pk in codes else "",
        )
        for flow in Flow.objects.order_by("name")
    ]  # fmt: skip


def explain(*, email: str, flow: Flow) -> Sequence[str]:
    """Everything there is to say about ``email`` and ``flow``, the past first, then how things stand now."""
    email = normalise_email(email)
    return [*_past(email, flow), *_present(email, flow)]


def _past(email: str, flow: Flow) -> Iterator[str]:
    runs = list(Run.objects.filter(email=email, flow=flow).select_related("version").order_by("-pk")[:SHOWN])
    stories = mail_stories(runs)
    refusals = Decision.objects.filter(email=email, flow=flow, run=None).exclude(verdict=Decision.Verdict.TRUE)
    refusals_shown = list(refusals.order_by("-at", "-pk")[:SHOWN])
    for run in runs:
        words = {"run": run.pk, "moment": _moment(run.entered_at), "state": run.get_state_display()}
        why = told(run.reason_code, run.reason) if run.reason else ""
        yield (_("Began on %(moment)s (run %(run)s), now: %(state)s.") % words + f" {why}").rstrip()
        yield from stories[run.pk]
        if run.state == Run.State.WAITING and run.due_at is not None:
            yield _("It goes on on %(moment)s.") % {"moment": _moment(run.due_at)}
    for refusal in refusals_shown:
        words = {"moment": _moment(refusal.at), "reason": told(refusal.code, refusal.reason)}
        yield _("Not let in on %(moment)s: %(reason)s") % words
    if not runs and not refusals_shown:
        yield from _never(email, flow)


def _never(email: str, flow: Flow) -> Iterator[str]:
    """Why nothing at all has happened."""
    definition = active_definition(flow)
    erased_at = _erased_at(email)
    if erased_at is not None:
        yield _("The person was erased on %(moment)s: nobody can tell what was before.") % {
            "moment": _moment(erased_at)
        }  # fmt: skip
        if definition is None or not _events(email, definition.trigger.event, since=erased_at).exists():
            return
    if definition is None:
        yield _("Never entered: the automation has no version that can be read.")
    elif definition.trigger.event:
        yield from _no_event(email, flow, definition.trigger.event)
    else:
        yield from _no_broadcast(email, flow)


def _no_event(email: str, flow: Flow, code: str) -> Iterator[str]:
    latest = _events(email, code).first()
    words = {"event": event_label(code), "days": LOOKED_BACK.days}
    if latest is None:
        yield _("Never entered: “%(event)s” has not happened for this address in the last %(days)s days.") % words
        return
    words["moment"] = _moment(latest.occurred_at)
    delivery = OutboxDelivery.objects.filter(event=latest, subscriber=SUBSCRIBER).first()
    born = flow.versions.order_by("number").values_list("created_at", flat=True).first()
    if delivery is not None and delivery.state == OutboxDelivery.State.PARKED:
        yield _("Never entered: “%(event)s” of %(moment)s could not be taken in; look at the parked events.") % words
    elif delivery is not None and delivery.state == OutboxDelivery.State.WAITING:
        yield _("Not yet entered: “%(event)s” of %(moment)s is still on its way.") % words
    elif born is not None and latest.occurred_at < born:
        yield _("Never entered: “%(event)s” last happened on %(moment)s, before the automation existed.") % words
    elif flow.active_version is not None and latest.occurred_at < flow.active_version.created_at:
        yield _("Never entered: “%(event)s” of %(moment)s began another version, which listened to something else.") % (
            words
        )
    else:
        yield _("“%(event)s” of %(moment)s has reached the automations; what came of it is not known any more.") % words


def _no_broadcast(email: str, flow: Flow) -> Iterator[str]:
    started = Broadcast.objects.filter(flow=flow, started_at__isnull=False).select_related("segment").order_by("-pk")
    found = list(started[:SHOWN])
    if not found:
        yield _("Never entered: staff start it by hand, and nobody has started it yet.")
    contact = contact_of(email)
    for broadcast in found:
        words = {"broadcast": broadcast.label, "moment": _moment(broadcast.planned_at)}
        if contact is None:
            yield _("Not in “%(broadcast)s” of %(moment)s: the shop knows no contact with this address.") % words
        elif contact.created_at > broadcast.planned_at:
            yield _("Not in “%(broadcast)s” of %(moment)s: the contact came later.") % words
        else:
            inside = _is_in(broadcast, contact.pk)
            yield (
                _("Not in “%(broadcast)s” of %(moment)s, but in its segment now: did not fit it then.")
                if inside
                else _("Not in “%(broadcast)s” of %(moment)s: not in its segment.")
            ) % words


def _is_in(broadcast: Broadcast, contact_id: int) -> bool:
    try:
        return broadcast.segment is not None and people_of(broadcast.segment).filter(pk=contact_id).exists()
    except (ExpressionInvalid, UnknownCode):
        return False


def _present(email: str, flow: Flow) -> Iterator[str]:
    """What would happen now."""
    if AutomationSettings.objects.filter(halted_at__isnull=False).exists():
        yield _("Now: all automations are stopped; nothing leaves until somebody lets them go on under Rules.")
    if not flow.enabled:
        yield _("Now: the automation is switched off, so that nobody enters.")
    if flow.paused_at is not None:
        yield _("Now: the automation is paused; nothing leaves.")
    definition = active_definition(flow)
    if definition is None:
        return
    yield from _lifted(email)
    yield from _conditions_now(email, flow, definition)
    left_out = reach.left_out([email], definition, flow.active_version.pins if flow.active_version else None).get(email)
    if left_out in (None, "cap") and is_held_out(flow, definition, email):
        left_out = "holdout"
    if left_out is not None:
        yield _("Now: its first mail would be held back or put off: %(reason)s.") % {"reason": reason_label(left_out)}
        yield from _in_detail(email, left_out, reach.first_sending(definition))


def _lifted(email: str) -> Iterator[str]:
    """Blocks that staff have lifted, by whom and why."""
    for block in lifted_blocks(email):
        words = {"reason": block.get_reason_display(), "moment": _moment(block.lifted_at)}
        told = {"who": block.lifted_by or "–", "why": block.why or "–"}
        yield _("A block (%(reason)s) was lifted %(moment)s by %(who)s: %(why)s") % {**words, **told}


def _in_detail(email: str, code: str, sending: Sending | None) -> Iterator[str]:
    """Which block or missing agreement it is, and what can be done about it."""
    if sending is None:
        return
    if code == "suppressed":
        scopes = {Suppression.ALL, Suppression.ADVERTISING, sending.purpose}
        for block in suppressions(email):
            if block.scope in scopes:
                words = {"reason": block.get_reason_display(), "moment": _moment(block.created_at)}
                yield (
                    _("Blocked since %(moment)s: %(reason)s.") % words + f" {_WAYS_OUT.get(block.reason, '')}".rstrip()
                )
    elif code == "no_consent":
        yield str(legal_bases.get(sending.basis).holds(email=email, purpose=sending.purpose).reason)
        yield _("Only the person can agree: at the sign-up, in the account, or by the link in one of your mails.")


_Reason = Suppression.Reason
_WAYS_OUT: Mapping[str, Label] = {
    _Reason.UNSUBSCRIBED: gettext_lazy("Only the person can undo it, by agreeing anew."),
    _Reason.COMPLAINED: gettext_lazy("Only the person can undo it, by agreeing anew."),
    _Reason.ERASED: gettext_lazy("Only the person can undo it, by agreeing anew."),
    _Reason.BOUNCED: gettext_lazy(
        "Ask the person for another address; that one is not blocked. If the mailbox is there after all, staff lift it."
    ),
    _Reason.REJECTED: gettext_lazy("Ask the mail provider why, or the person for another address; staff can lift it."),
    _Reason.SOFT_BOUNCES: gettext_lazy("It ends by itself."),
}


def _conditions_now(email: str, flow: Flow, definition: Definition) -> Iterator[str]:
    """The entry conditions, asked for the latest event of the kind, or for the address alone."""
    code = definition.trigger.event
    latest = _events(email, code).first() if code else None
    if code and latest is None:
        return
    subject = normalised(latest.payload) if latest is not None else {"email": email}
    if latest is not None and fits(definition.trigger.where, subject):
        return
    context = RunContext(
        subject=subject, now=clock.now(), run_key=f"why:{flow.code}", flow=flow.code,
        began_at=latest.occurred_at if latest is not None else None, dry_run=True,
        pins=flow.active_version.pins if flow.active_version else {},
    )  # fmt: skip
    for item in definition.conditions:
        try:
            answer = ask(item, context)
        except StepStuck as stuck:
            yield _("Now: “%(question)s” cannot be asked: %(reason)s") % {
                "question": question(item), "reason": stuck.reason
            }  # fmt: skip
            return
        if not answer.holds:
            yield _("Now: would not be let in, because it must hold that %(question)s. %(reason)s") % {
                "question": question(item), "reason": answer.reason
            }  # fmt: skip
            return
    if definition.conditions:
        count = len(definition.conditions)
        words = ngettext("Now: its entry condition holds.", "Now: all its %(count)s entry conditions hold.", count)
        yield words % {"count": count}


def _events(email: str, code: str, since: datetime | None = None) -> QuerySet[OutboxEvent]:
    since = since or clock.now() - LOOKED_BACK
    found = OutboxEvent.objects.filter(OutboxEvent.naming(spellings(email)), code=code, occurred_at__gte=since)
    return found.order_by("-occurred_at")


def _erased_at(email: str) -> datetime | None:
    blocks = [block.created_at for block in suppressions(email) if block.reason == Suppression.Reason.ERASED]
    return max(blocks, default=None)
