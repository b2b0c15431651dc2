"""Reasons and outcomes in words, for the tables of reports."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from shopflow.audience.purposes import purposes
from shopflow.automations.definitions.wording import event_label, field_label
from shopflow.automations.models import Run
from shopflow.automations.services.gates import GATES
from shopflow.contracts.automations import conditions
from shopflow.contracts.events import events
from shopflow.contracts.mail import legal_bases
from shopflow.contracts.segments import segment_fields
from shopflow.contracts.types import Label

REASONS: Mapping[str, Label] = {
    "switched_off": gettext_lazy("the automation was switched off"),
    "trigger_where": gettext_lazy("the event did not fit"),
    "entered_before": gettext_lazy("had been in it before"),
    "under_way": gettext_lazy("was in it already"),
    "too_soon": gettext_lazy("had been in it too recently"),
    "loop_guard": gettext_lazy("led to itself"),
    "definition_invalid": gettext_lazy("the definition cannot be read"),
    "no_address": gettext_lazy("no e-mail address"),
    "invalid_address": gettext_lazy("not an e-mail address"),
    "blocked": gettext_lazy("blocked by staff"),
    "suppressed": gettext_lazy("the address is blocked"),
    "no_consent": gettext_lazy("no legal basis"),
    "no_basis": gettext_lazy("no legal basis"),
    "holdout": gettext_lazy("held out to measure the effect"),
    "cap": gettext_lazy("had enough mails"),
    "yields": gettext_lazy("a more important automation wrote first"),
    "quiet_hours": gettext_lazy("quiet hours"),
    "too_late": gettext_lazy("too late"),
    "stale": gettext_lazy("too late"),
    "content_broken": gettext_lazy("named something that is not there"),
    "campaign_over": gettext_lazy("the campaign was over"),
    "pace": gettext_lazy("waited for its turn"),
    "duplicate": gettext_lazy("written already"),
    "halted": gettext_lazy("all automations were stopped"),
    "paused": gettext_lazy("the automation was paused"),
    "run_ended": gettext_lazy("the run had ended"),
    "overtaken": gettext_lazy("something else had happened"),
    "staff": gettext_lazy("left out by staff"),
    "given_up": gettext_lazy("taken back by staff"),
    "erased": gettext_lazy("person erased"),
    "entered": gettext_lazy("let in"),
    "waited": gettext_lazy("waited"),
    "timeout": gettext_lazy("time was up"),
    "yes": gettext_lazy("yes"),
    "no": gettext_lazy("no"),
    "unknown": gettext_lazy("cannot be known"),
    "past": gettext_lazy("the date had passed"),
    "mail_queued": gettext_lazy("mail written"),
    "task_opened": gettext_lazy("task opened"),
    "action_failed": gettext_lazy("the action failed"),
    "interrupted": gettext_lazy("interrupted"),
    "database_busy": gettext_lazy("the database was busy"),
    "migrated": gettext_lazy("taken along to another version"),
    "completed": gettext_lazy("went through"),
    "stopped": gettext_lazy("ended here"),
}

BECAME: Mapping[str, Label] = {
    "accepted": pgettext_lazy("mails", "sent"),
    "delivered": pgettext_lazy("mails", "delivered"),
    "on_the_way": pgettext_lazy("mails", "on their way"),
    "skipped": pgettext_lazy("mails", "held back"),
    "bounced": pgettext_lazy("mails", "bounced"),
    "complained": pgettext_lazy("mails", "reported as spam"),
    "rejected": pgettext_lazy("mails", "refused by the provider"),
    "deferred": pgettext_lazy("mails", "delayed by the recipient's server"),
    "failed": pgettext_lazy("mails", "failed"),
    "unknown": pgettext_lazy("mails", "outcome unknown"),
    "unsubscribed": pgettext_lazy("mails", "unsubscribed"),
}

CLICKS: Mapping[str, Label] = {
    "people": gettext_lazy("clicks by people"),
    "machines": gettext_lazy("clicks by machines"),
}


def reason_label(code: str) -> str:
    """An outcome's code in words; a code of a plugin that nobody knows as it is."""
    kind, _colon, rest = code.partition(":")
    if kind == "arm" and rest:
        return _("arm “%(arm)s”") % {"arm": rest}
    if kind in ("event", "exit") and rest:
        return _("“%(event)s” happened") % {"event": event_label(rest)}
    if kind in ("recheck", "entry", "goal") and rest:
        return reason_label(rest)
    if code in REASONS:
        return str(REASONS[code])
    if code in conditions:
        return _("not: %(condition)s") % {"condition": conditions.get(code).label}
    return question_label(code) or "–"


def ending_label(code: str) -> str:
    return str(dict(Run.Ending.choices).get(code, code))


def question_label(code: str) -> str:
    """What was asked or decided, in words: a condition, a field of the contact, a gate, an event, or a reason."""
    if code in conditions:
        return str(conditions.get(code).label)
    if code in segment_fields:
        return str(segment_fields.get(code).label)
    if code in events:
        return event_label(code)
    gates = {name: label for name, _ruling, label in GATES}
    return str(gates.get(code) or REASONS.get(code) or field_label(code))


def basis_label(code: str) -> str:
    """Purpose and legal basis, as the dry run writes them (``newsletter/consent``), in words."""
    purpose, _slash, basis = code.partition("/")
    words = [str(purposes.get(purpose).label) if purpose in purposes else purpose]
    if basis:
        words.append(str(legal_bases.get(basis).label) if basis in legal_bases else basis)
    return ": ".join(words)
