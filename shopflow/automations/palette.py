"""Everything that a flow can be put together from, with a sentence for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.automations.definitions.wording import field_label
from shopflow.contracts.automations import actions, conditions
from shopflow.contracts.events import events
from shopflow.contracts.types import JSONDict, Label
from shopflow.contracts.waits import waits

_OWN_WAITS: dict[str, tuple[Label, Label, JSONDict]] = {
    "for": (
        gettext_lazy("Wait for a time"),
        gettext_lazy("Some minutes, hours, days or working days, and then for a time of the day if you like."),
        {"for": {"days": 1}},
    ),
    "until": (
        gettext_lazy("Wait until a time after the beginning"),
        gettext_lazy("Counted from when the run began, whatever has happened in between."),
        {"until": {"days": 1}},
    ),
    "until_time": (
        gettext_lazy("Wait until a time of the day"),
        gettext_lazy("The next 10 o'clock, say, or the next Tuesday at 10."),
        {"until_time": {"at": "10:00"}},
    ),
    "until_date": (
        gettext_lazy("Wait until a date"),
        gettext_lazy("Some days before or after a date that the event brings along."),
        {"until_date": {"field": ""}},
    ),
    "until_event": (
        gettext_lazy("Wait for an event"),
        gettext_lazy("Goes on by another way for each event, and by one more when none of them comes in time."),
        {"until_event": {"events": [], "timeout": {"days": 7}}},
    ),
    "until_condition": (
        gettext_lazy("Wait until something is true"),
        gettext_lazy("Asks every day, and at certain events, until the answer is yes or the time is over."),
        {"until_condition": {"ask": {"all": []}, "timeout": {"days": 7}}},
    ),
}


class _Waits(Mapping[str, tuple[Label, Label, JSONDict]]):
    """Label, sentence and first settings of each wait: the shop's own, and those of plugins."""

    def __getitem__(self, kind: str) -> tuple[Label, Label, JSONDict]:
        if kind in _OWN_WAITS:
            return _OWN_WAITS[kind]
        if kind not in waits:
            raise KeyError(kind)
        wait = waits.get(kind)
        return (wait.label, wait.description or _needs(wait), {kind: {}})

    def __iter__(self) -> Iterator[str]:
        return iter((*_OWN_WAITS, *waits.codes()))

    def __len__(self) -> int:
        return len(_OWN_WAITS) + len(waits)


WAITS = _Waits()
GROUPS = {
    "trigger": (gettext_lazy("Begin"), "zap"),
    "wait": (gettext_lazy("Wait"), "hourglass"),
    "condition": (gettext_lazy("Ask"), "split"),
    "action": (gettext_lazy("Do"), "send"),
}

_BY_HAND = gettext_lazy("Staff start it for the people of a segment.")
_ON_DEMAND = gettext_lazy("It is noted from the moment on at which an automation asks for it.")
_QUESTION = gettext_lazy("Compares fields and joins several questions by “and” and “or”.")
_EXPERIMENT = gettext_lazy("Sends people different ways by lot, to see which does better.")


@dataclass(frozen=True)
class Entry:
    """One thing to choose. ``code`` is its group and its own code, such as ``action:send_mail``; by the words of
    ``also`` it is found, too.
    """

    code: str
    label: str
    description: str
    origin: str = ""
    also: str = ""

    def fits(self, words: Iterable[str]) -> bool:
        """Whether all of ``words`` occur in it."""
        text = f"{self.label} {self.description} {self.origin} {self.code} {self.also}".casefold()
        return all(word.casefold() in text for word in words)


@dataclass(frozen=True)
class Shelf:
    """The entries of one group."""

    code: str
    label: Label
    icon: str
    entries: list[Entry]


def shelves(*, event: str = "", search: str = "", triggers: bool = False) -> list[Shelf]:
    """What can be put into a flow that ``event`` begins, narrowed to what fits the words of ``search``."""
    provided = events.get(event).provides() if event in events else None
    found = {"wait": _waits(), "condition": _conditions(provided), "action": _actions(provided)}
    if triggers:
        beginnings = {"trigger": _triggers()}
        found = {**found, **beginnings} if event else {**beginnings, **found}
    words = search.split()
    return [
        Shelf(group, *GROUPS[group], shown)
        for group, entries in found.items()
        if (shown := [entry for entry in entries if entry.fits(words)])
    ]


def _origin(extension: Any) -> str:
    """The part of the shop, or the plugin, that brings it."""
    kind = extension if isinstance(extension, type) else type(extension)
    config = apps.get_containing_app_config(kind.__module__)
    return str(config.verbose_name) if config else ""


def _entry(group: str, extension: Any, fallback: str) -> Entry:
    description = str(extension.description) or fallback
    also = str(getattr(extension, "also", ""))
    return Entry(f"{group}:{extension.code}", _upper(str(extension.label)), description, _origin(extension), also)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _needs(extension: Any) -> str:
    names = ", ".join(str(field_label(name)) for name in sorted(extension.needs))
    return _("Needs: %(fields)s.") % {"fields": names} if names else ""


def _triggers() -> list[Entry]:
    found = []
    for event in events:
        names = ", ".join(str(field_label(name)) for name in sorted(event.provides()))
        found.append(_entry("trigger", event, _("Brings along: %(fields)s.") % {"fields": names}))
    by_hand = Entry("trigger:", _("Started by hand"), str(_BY_HAND))
    return [*sorted(found, key=lambda entry: (entry.origin, entry.label)), by_hand]


def _waits() -> list[Entry]:
    return [Entry(f"wait:{code}", str(label), str(text)) for code, (label, text, _raw) in WAITS.items()]


def _conditions(provided: frozenset[str] | None) -> list[Entry]:
    own = Entry("condition:", _("Ask a question"), str(_QUESTION))
    split = Entry("split:", _("Experiment"), str(_EXPERIMENT))
    found = [
        _entry("condition", one, _needs(one))
        for one in conditions
        if one.code != "subject_field" and (provided is None or one.needs <= provided)
    ]
    return [own, *sorted(found, key=lambda entry: entry.label), split]


def _actions(provided: frozenset[str] | None) -> list[Entry]:
    found = [_entry("action", one, _needs(one)) for one in actions if provided is None or one.needs <= provided]
    return sorted(found, key=lambda entry: entry.label)


def about_event(code: str) -> str:
    """The sentence about what begins a flow; empty for an event that is not installed."""
    if not code:
        return str(_BY_HAND)
    if code not in events:
        return ""
    event = events.get(code)
    return f"{event.description} {_ON_DEMAND}" if event.on_demand else str(event.description)


def about_step(step: Mapping[str, Any], *, wait: str = "") -> str:
    """The sentence about the block that a step is; ``wait`` is the kind it is about to become. Empty for what is not
    installed.
    """
    kind, action = step.get("kind"), step.get("action", "")
    if kind == "action":
        return str(actions.get(action).description) if action in actions else ""
    if kind == "wait":
        return str(WAITS[wait][1]) if wait in WAITS else ""
    return str({"condition": _QUESTION, "split": _EXPERIMENT}.get(str(kind), ""))


def grouped_events(chosen: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """Events under the headings of what brings them, for a choice; ``chosen`` stays in it if it is not installed."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for event in events:
        groups.setdefault(_origin(event), []).append((event.code, str(event.label)))
    if chosen and chosen not in events:
        groups[_("Not installed")] = [(chosen, chosen)]
    return [(name, sorted(pairs, key=lambda pair: pair[1])) for name, pairs in sorted(groups.items())]


def new_step(code: str) -> JSONDict | None:
    """The step that an entry of the palette makes, still without an ``id``; None for a code that there is not."""
    group, _colon, name = code.partition(":")
    if group == "wait" and name in WAITS:
        return {"kind": "wait", **WAITS[name][2]}
    if group == "condition" and (not name or name in conditions):
        ask: JSONDict = {"condition": name} if name else {"all": []}
        return {"kind": "condition", "ask": ask}
    if group == "split" and not name:
        arms = [{"code": "a", "weight": 1}, {"code": "b", "weight": 1}]
        return {"kind": "split", "experiment": "", "arms": arms}
    if group == "action" and name in actions:
        return {"kind": "action", "action": name, **_defaults(name)}
    return None


def _defaults(action: str) -> JSONDict:
    from shopflow.automations.forms.plain import as_json

    form_class = actions.get(action).form_class
    if form_class is None:
        return {}
    form = form_class()
    form.initial = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    settings = as_json(form)
    return {"settings": settings} if settings else {}
