"""A definition as sentences: "When …, wait 24 hours, if … send …"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from oscar_ext.order.statuses import status_label
from shopflow.automations.definitions.model import (
    NEXT,
    STOP,
    Act,
    Branch,
    Definition,
    Duration,
    Exit,
    Question,
    Step,
    Wait,
    Where,
)
from shopflow.contracts.automations import Action, Condition, actions, conditions
from shopflow.contracts.events import events
from shopflow.contracts.types import Label

FIELDS: dict[str, Label] = {
    "new_status": gettext_lazy("the new status"),
    "old_status": gettext_lazy("the old status"),
    "email": gettext_lazy("e-mail address"),
    "basket_id": gettext_lazy("basket"),
    "order_id": gettext_lazy("order"),
    "purpose": gettext_lazy("the purpose"),
}


@dataclass(frozen=True)
class Phrase:
    """One step in words. ``notes`` are what is asked before it; ``installed`` is false when a plugin is missing."""

    id: str
    icon: str
    text: str
    notes: Sequence[str] = field(default_factory=list)
    installed: bool = True


def opening(definition: Definition) -> Phrase:
    """When a run begins, and for whom."""
    trigger = definition.trigger
    text = _("When “%(event)s” happens") % {"event": event_label(trigger.event)} + _conditions_on(trigger.where)
    notes = [_("Only if %(condition)s") % {"condition": question(item)} for item in definition.conditions]
    installed = trigger.event in events and all(item.condition in conditions for item in definition.conditions)
    return Phrase("", "zap", text, notes, installed)


def step_phrase(step: Step) -> Phrase:
    """What one step does."""
    if isinstance(step, Wait):
        return Phrase(step.id, "hourglass", _wait(step))
    if isinstance(step, Branch):
        ways = [
            _("yes: %(way)s") % {"way": _way(step.then)},
            _("no: %(way)s") % {"way": _way(step.otherwise)},
            _("cannot be known: %(way)s") % {"way": _way(step.unknown)},
        ]
        text = _("Ask whether %(condition)s") % {"condition": question(step.question)}
        return Phrase(step.id, "split", text, ways, step.question.condition in conditions)
    return _act(step)


def exit_phrase(way: Exit) -> str:
    """What ends a run early."""
    same = ", ".join(str(FIELDS.get(name, name)) for name in way.match)
    text = _("“%(event)s” for the same %(fields)s") % {"event": event_label(way.event), "fields": same}
    if way.differ:
        other = ", ".join(str(FIELDS.get(name, name)) for name in way.differ)
        text += _(" but another %(fields)s") % {"fields": other}
    text += _conditions_on(way.where)
    for item in way.conditions:
        text += _(", provided that %(condition)s") % {"condition": question(item)}
    return text


def event_label(code: str) -> str:
    """The event's label; its code when nothing registers it."""
    return str(events.get(code).label) if code in events else code


def question(item: Question) -> str:
    """A condition with its settings in words."""
    if item.condition not in conditions:
        return _("%(code)s (not installed)") % {"code": item.condition}
    condition = conditions.get(item.condition)
    words = str(condition.describe(item.settings))
    if type(condition).describe is Condition.describe and item.settings:
        words += f" ({', '.join(str(value) for value in item.settings.values())})"
    return _("not: %(condition)s") % {"condition": words} if item.negate else words


def _act(act: Act) -> Phrase:
    installed = act.action in actions
    text = _("%(code)s (not installed)") % {"code": act.action}
    if installed:
        action = actions.get(act.action)
        text = str(action.describe(act.settings))
        if type(action).describe is Action.describe and act.settings:
            text += f" ({', '.join(str(value) for value in act.settings.values())})"
    notes = []
    for item in act.recheck:
        pattern = _("Otherwise left out: %(condition)s") if item.skip else _("Asked again: %(condition)s")
        notes.append(pattern % {"condition": question(item)})
    if act.max_lateness is not None:
        late = length(Duration(elapsed=act.max_lateness))
        notes.append(_("Left out if more than %(length)s late") % {"length": late})
    return Phrase(act.id, "send", text, notes, installed)


def _wait(wait: Wait) -> str:
    words = {"length": length(wait.length)}
    text = _("Wait until %(length)s after the beginning") if wait.from_beginning else _("Wait %(length)s")
    text %= words
    if wait.at is not None:
        text += _(", then until %(time)s") % {"time": wait.at.strftime("%H:%M")}
    return text


def _way(target: str) -> str:
    if target == NEXT:
        return _("go on")
    return _("end") if target == STOP else _("on to “%(step)s”") % {"step": target}


def _conditions_on(where: Where) -> str:
    parts = [
        _(" and %(field)s is %(values)s")
        % {"field": FIELDS.get(name, name), "values": _(" or ").join(str(status_label(str(v))) for v in values)}
        for name, values in where.items()
    ]
    return "".join(parts)


def length(duration: Duration) -> str:
    """A length of time in words: "10 days", "1 hour 30 minutes"."""
    days, elapsed = duration.days, duration.elapsed
    if elapsed > timedelta(days=2) and elapsed % timedelta(days=1) == timedelta():
        days, elapsed = days + elapsed.days, timedelta()
    hours, rest = divmod(elapsed, timedelta(hours=1))
    minutes = rest // timedelta(minutes=1)
    parts = []
    if days:
        parts.append(ngettext("%(count)s day", "%(count)s days", days) % {"count": days})
    if hours:
        parts.append(ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours})
    if minutes or not parts:
        parts.append(ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes})
    return " ".join(parts)
