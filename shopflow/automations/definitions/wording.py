"""A definition as sentences: "When …, wait 24 hours, if … send …"."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oscar_ext.order.statuses import status_label
from shopflow.automations.definitions.facts import compared_label, listed, value_text
from shopflow.automations.definitions.facts import field_label as field_label
from shopflow.automations.definitions.model import (
    NEXT,
    STOP,
    Act,
    Branch,
    Definition,
    Duration,
    Exit,
    Happening,
    Moments,
    PluginWait,
    Question,
    Split,
    Step,
    UntilCondition,
    UntilDate,
    UntilEvent,
    Wait,
    Where,
)
from shopflow.contracts.automations import Action, Condition, actions, conditions
from shopflow.contracts.events import events
from shopflow.contracts.expressions import OPERATORS, All, Ask, Compare, Expression, Not, leaves
from shopflow.contracts.segments import unit_of_name
from shopflow.contracts.waits import waits

logger = logging.getLogger("shopflow.automations")


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
    notes = [_("Only if %(condition)s") % {"condition": question(item)} for item in definition.conditions]
    if not trigger.event:
        return Phrase("", "zap", _("When staff start it by hand"), notes, _installed(definition.conditions))
    text = _("When “%(event)s” happens") % {"event": event_label(trigger.event)} + where_phrase(trigger.where)
    installed = trigger.event in events and _installed(definition.conditions)
    return Phrase("", "zap", text, notes, installed)


def step_phrase(step: Step) -> Phrase:
    """What one step does."""
    if isinstance(step, PluginWait):
        return Phrase(step.id, "hourglass", str(waits.get(step.code).describe(step.settings)), _onward(step.then))
    if isinstance(step, Wait):
        return Phrase(step.id, "hourglass", _wait(step), _onward(step.then))
    if isinstance(step, UntilDate):
        return _until_date(step)
    if isinstance(step, UntilEvent):
        return _until_event(step)
    if isinstance(step, UntilCondition):
        return _until_condition(step)
    if isinstance(step, Branch):
        ways = [
            _("yes: %(way)s") % {"way": _way(step.then)},
            _("no: %(way)s") % {"way": _way(step.otherwise)},
            _("cannot be known: %(way)s") % {"way": _way(step.unknown)},
        ]
        text = _("Ask whether %(condition)s") % {"condition": question(step.question)}
        return Phrase(step.id, "split", text, ways, _installed([step.question]))
    if isinstance(step, Split):
        return _split(step)
    return _act(step)


def exit_phrase(way: Exit) -> str:
    """What ends a run early."""
    return happening_phrase(way)


def happening_phrase(way: Happening) -> str:
    """An event about the same thing, in words."""
    same = ", ".join(str(field_label(name)) for name in way.match)
    text = _("“%(event)s” for the same %(fields)s") % {"event": event_label(way.event), "fields": same}
    if way.differ:
        other = ", ".join(str(field_label(name)) for name in way.differ)
        text += _(" but another %(fields)s") % {"fields": other}
    text += where_phrase(way.where)
    for item in way.conditions:
        text += _(", provided that %(condition)s") % {"condition": question(item)}
    return text


def event_label(code: str) -> str:
    """The event's label; its code when nothing registers it."""
    return str(events.get(code).label) if code in events else code


def question(item: Question) -> str:
    """A question with its settings in words."""
    return expression_phrase(item.expression)


def expression_phrase(expression: Expression) -> str:
    """Half a sentence that follows "if"; groups stand in brackets."""
    if isinstance(expression, Ask):
        return _asked(expression)
    if isinstance(expression, Compare):
        label = OPERATORS[expression.op].label
        return f"{compared_label(expression.field)} {label} {_compared_with(expression)}".strip()
    if isinstance(expression, Not):
        return _("not: %(condition)s") % {"condition": expression_phrase(expression.part)}
    joint = _("%(one)s and %(two)s") if isinstance(expression, All) else _("%(one)s or %(two)s")
    text = ""
    for part in expression.parts:
        words = expression_phrase(part)
        words = words if isinstance(part, Ask | Compare | Not) else f"({words})"
        text = joint % {"one": text, "two": words} if text else words
    return text


def _compared_with(leaf: Compare) -> str:
    if OPERATORS[leaf.op].takes != "two":
        return value_text(leaf.field, leaf.value)
    one, two = (value_text(leaf.field, value) for value in leaf.value)
    return _("%(one)s and %(two)s") % {"one": one, "two": two}


def _asked(leaf: Ask) -> str:
    if leaf.condition not in conditions:
        return _("%(code)s (not installed)") % {"code": leaf.condition}
    condition = conditions.get(leaf.condition)
    words = _described(condition, leaf.settings)
    if type(condition).describe is Condition.describe and leaf.settings:
        words += f" ({listed(leaf.settings)})"
    return words


def _described(extension: Condition | Action, settings: Mapping[str, Any]) -> str:
    """Its sentence; its label while the settings lack a word of it, name something that is gone, or are damaged."""
    try:
        return str(extension.describe(settings))
    except LookupError:
        return str(extension.label)
    except Exception:  # what a plugin says must not take the page along
        logger.exception("“%s” cannot say what it does with %r", extension.code, settings)
        return str(extension.label)


def _installed(items: Iterable[Question]) -> bool:
    return all(
        leaf.condition in conditions for item in items for leaf in leaves(item.expression) if isinstance(leaf, Ask)
    )


def _act(act: Act) -> Phrase:
    installed = act.action in actions
    text = _("%(code)s (not installed)") % {"code": act.action}
    if installed:
        action = actions.get(act.action)
        text = _described(action, act.settings)
        if type(action).describe is Action.describe and act.settings:
            text += f" ({listed(act.settings)})"
    notes = []
    for item in act.recheck:
        pattern = _("Otherwise left out: %(condition)s") if item.skip else _("Asked again: %(condition)s")
        notes.append(pattern % {"condition": question(item)})
    if act.max_lateness is not None:
        late = length(Duration(elapsed=act.max_lateness))
        pattern = (
            _("Planned anew if more than %(length)s late") if act.replan else _("Left out if more than %(length)s late")
        )
        notes.append(pattern % {"length": late})
    notes.extend(_onward(act.then))
    return Phrase(act.id, "send", text, notes, installed)


def _split(split: Split) -> Phrase:
    whole = sum(arm.weight for arm in split.arms)
    ways = [
        _("%(arm)s (%(percent)s %%): %(way)s")
        % {"arm": arm.code, "percent": round(100 * arm.weight / whole), "way": _way(arm.then)}
        for arm in split.arms
    ]
    return Phrase(split.id, "split", _("Try “%(experiment)s”") % {"experiment": split.experiment}, ways)


def _wait(wait: Wait) -> str:
    words = {"length": length(wait.length)}
    text = _("Wait until %(length)s after the beginning") if wait.from_beginning else _("Wait %(length)s")
    return text % words + _moments(wait.moments)


def _until_date(step: UntilDate) -> Phrase:
    words = {"field": str(field_label(step.name)), "length": length(step.offset)}
    if step.offset == Duration():
        text = _("Wait until the date in “%(field)s”")
    elif step.before:
        text = _("Wait until %(length)s before the date in “%(field)s”")
    else:
        text = _("Wait until %(length)s after the date in “%(field)s”")
    ways = [_("past already: %(way)s") % {"way": _way(step.past)}]
    if step.unknown != step.past:
        ways.append(_("cannot be known: %(way)s") % {"way": _way(step.unknown)})
    ways.extend(_onward(step.then))
    return Phrase(step.id, "hourglass", text % words + _moments(step.moments), ways)


def _until_event(step: UntilEvent) -> Phrase:
    ways = [f"{happening_phrase(way.happening)}: {_way(way.then)}" for way in step.ways]
    ways.append(_("nothing of it: %(way)s") % {"way": _way(step.otherwise)})
    text = _("Wait for an event, at most %(length)s") % {"length": length(step.timeout)}
    if step.since_entry:
        text += _(", counted since the entry")
    return Phrase(step.id, "hourglass", text, ways)


def _until_condition(step: UntilCondition) -> Phrase:
    text = _("Wait until %(condition)s, at most %(length)s")
    words = {"condition": question(step.question), "length": length(step.timeout)}
    ways = [
        _("yes: %(way)s") % {"way": _way(step.then)},
        _("not in time: %(way)s") % {"way": _way(step.otherwise)},
    ]
    return Phrase(step.id, "hourglass", text % words, ways, _installed([step.question]))


def _moments(moments: Moments) -> str:
    text = ""
    if moments.weekdays:
        days = ", ".join(str(WEEKDAYS[day - 1]) for day in sorted(moments.weekdays))
        text += _(", then until %(days)s") % {"days": days}
    if moments.workdays:
        text += _(", then until a working day")
    if moments.at is not None:
        text += _(", then until %(time)s") % {"time": moments.at.strftime("%H:%M")}
    if moments.window is not None:
        begins, ends = (at.strftime("%H:%M") for at in moments.window)
        text += _(", then until between %(begins)s and %(ends)s") % {"begins": begins, "ends": ends}
    return text


def _onward(target: str) -> list[str]:
    return [] if target == NEXT else [_("then: %(way)s") % {"way": _way(target)}]


def _way(target: str) -> str:
    if target == NEXT:
        return _("go on")
    return _("end") if target == STOP else jump_phrase(target)


def jump_phrase(step: str) -> str:
    """Going on at another step than the next."""
    return _("on to “%(step)s”") % {"step": step}


def where_phrase(where: Where) -> str:
    """The values that an event's fields must have, as what follows its name."""
    parts = [
        _(" and %(field)s is %(values)s")
        % {"field": field_label(name), "values": _(" or ").join(_wanted(name, value) for value in values)}
        for name, values in where.items()
    ]
    return "".join(parts)


def _wanted(name: str, value: Any) -> str:
    return str(status_label(str(value))) if unit_of_name(name) is None else value_text(name, value)


def differing_phrase(where: Where, subject: Mapping[str, Any], names: Iterable[str]) -> str:
    """What the fields ``names`` of an event are, and what they must be."""
    parts = [
        _("%(field)s is “%(found)s”, not “%(wanted)s”")
        % {
            "field": field_label(name),
            "found": status_label(str(subject.get(name))) if subject.get(name) not in (None, "") else "–",
            "wanted": _(" or ").join(str(status_label(str(value))) for value in where[name]),
        }
        for name in names
    ]
    return "; ".join(parts)


def length(duration: Duration) -> str:
    """A length of time in words: "10 days", "1 hour 30 minutes"."""
    days, elapsed = duration.days, duration.elapsed
    if elapsed > timedelta(days=2) and elapsed % timedelta(days=1) == timedelta():
        days, elapsed = days + elapsed.days, timedelta()
    hours, rest = divmod(elapsed, timedelta(hours=1))
    minutes = rest // timedelta(minutes=1)
    parts = []
    if duration.months:
        parts.append(ngettext("%(count)s month", "%(count)s months", duration.months) % {"count": duration.months})
    if days:
        parts.append(ngettext("%(count)s day", "%(count)s days", days) % {"count": days})
    if duration.workdays:
        count = duration.workdays
        parts.append(ngettext("%(count)s working day", "%(count)s working days", count) % {"count": count})
    if hours:
        parts.append(ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours})
    if minutes or not parts:
        parts.append(ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes})
    return " ".join(parts)
