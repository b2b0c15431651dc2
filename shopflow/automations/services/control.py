"""The switches: all automations, one automation, one person; and the rules that hold for all of them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shopflow.automations.models import AutomationSettings, Closure, Flow, Recipient
from shopflow.core import clock
from shopflow.core.jobs import enqueue
from shopflow.core.services import audit
from shopflow.mailing.addresses import normalise_email

TUNABLE = (
    "country", "region", "quiet_from", "quiet_until", "quiet_sundays", "quiet_holidays",
    "cap_messages", "cap_days", "cap_gap_hours", "per_minute",
)  # fmt: skip


@transaction.atomic
def halt_all(*, halted: bool, actor: Any, reason: str) -> bool:
    """Stop every automation of the shop, or let them run again; False if that changes nothing.

    What has been due meanwhile is taken then as after an outage: too late is left out, the rest leaves at the pace.
    """
    stored = _stored()
    if (stored.halted_at is not None) == halted:
        return False
    stored.halted_at = clock.now() if halted else None
    stored.save(update_fields=["halted_at"])
    summary = _("All automations stopped") if halted else _("Automations run again")
    audit(actor=actor, action="automations_halted", target=stored, summary=summary, data=_told(reason, halted=halted))
    if not halted:
        enqueue("shopflow.automations.run_due")
    return True


@transaction.atomic
def pause_flow(*, flow: Flow, paused: bool, actor: Any, reason: str) -> bool:
    """Let everybody in ``flow`` stand still, or go on; False if that changes nothing. People still enter."""
    if not Flow.objects.filter(pk=flow.pk, paused_at__isnull=paused).update(paused_at=clock.now() if paused else None):
        return False
    summary = _("“%(flow)s” paused") if paused else _("“%(flow)s” goes on")
    audit(
        actor=actor, action="automation_paused", target=flow,
        summary=summary % {"flow": flow.name}, data=_told(reason, paused=paused),
    )  # fmt: skip
    if not paused:
        enqueue("shopflow.automations.run_due")
    return True


@transaction.atomic
def block_person(*, email: str, blocked: bool, actor: Any, reason: str) -> bool:
    """Keep automations from writing to ``email``, or let them again; False if that changes nothing.

    Nothing but what the law demands is written then; runs go on without their mails.
    """
    email = normalise_email(email)
    person, _created = Recipient.objects.select_for_update().get_or_create(email=email)
    if (person.blocked_at is not None) == blocked:
        return False
    person.blocked_at, person.blocked_by = (clock.now(), actor) if blocked else (None, None)
    person.block_reason = reason[:200] if blocked else ""
    person.save()
    summary = _("Automations may not write to a person") if blocked else _("Automations may write to a person again")
    audit(actor=actor, action="automation_person_blocked", target=person, summary=summary, data=_told(reason))
    return True


@transaction.atomic
def save_rules(*, values: dict[str, Any], actor: Any) -> AutomationSettings:
    """Store what staff have set; keys are those of ``TUNABLE``."""
    stored = _stored()
    before = {name: str(getattr(stored, name)) for name in TUNABLE}
    for name in TUNABLE:
        if name in values:
            setattr(stored, name, values[name])
    stored.save()
    after = {name: str(getattr(stored, name)) for name in TUNABLE}
    changed = {name: [before[name], after[name]] for name in TUNABLE if before[name] != after[name]}
    audit(actor=actor, action="automation_rules_saved", target=stored, summary=_("Rules changed"), data=changed)
    return stored


@transaction.atomic
def save_report_rules(*, values: dict[str, Any], actor: Any) -> None:
    """Store what reports count and estimate by; keys are names of fields. What was counted before stays as it is."""
    stored = _stored()
    for name, value in values.items():
        setattr(stored, name, value)
    stored.save(update_fields=list(values))
    audit(actor=actor, action="report_rules_saved", target=stored, summary=_("Rules of reports changed"), data=values)


@transaction.atomic
def add_closure(*, first_day: Any, last_day: Any, note: str, actor: Any) -> Closure:
    """Add days on which the dealer is closed."""
    closure = Closure.objects.create(first_day=first_day, last_day=last_day, note=note)
    audit(actor=actor, action="closure_added", target=closure, summary=_("Closure added: %(days)s") % {"days": closure})
    return closure


@transaction.atomic
def remove_closure(*, closure: Closure, actor: Any) -> None:
    """Take days off the list of closures."""
    audit(
        actor=actor,
        action="closure_removed",
        target=closure,
        summary=_("Closure removed: %(days)s") % {"days": closure},
    )
    closure.delete()


def _stored() -> AutomationSettings:
    AutomationSettings.objects.get_or_create(pk=1)
    return AutomationSettings.objects.select_for_update().get(pk=1)


def _told(reason: str, **more: Any) -> dict[str, Any]:
    return {"reason": reason, **more}
