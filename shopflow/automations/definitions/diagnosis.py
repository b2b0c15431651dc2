"""What keeps a definition from being published, each problem at its place, and unfinished steps in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from shopflow.automations import rows
from shopflow.automations.definitions import mentions
from shopflow.automations.definitions.model import (
    Act,
    Branch,
    Happening,
    Question,
    Step,
    Trigger,
    UntilCondition,
    UntilEvent,
)
from shopflow.automations.definitions.reading import DefinitionReader, read
from shopflow.automations.definitions.references import form_errors, no_texts
from shopflow.automations.definitions.tree import wait_kind
from shopflow.automations.definitions.wording import Phrase, event_label, field_label, step_phrase
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.palette import WAITS
from shopflow.contracts.automations import Action, Condition, actions, conditions
from shopflow.contracts.events import events
from shopflow.contracts.expressions import Ask, leaves
from shopflow.contracts.types import JSONDict

PARTS = ("trigger", "entry", "conditions", "exits", "goals", "limits")
"""Places of a definition that are no steps."""


class Diagnosis:
    """Reads a definition part by part. ``problems`` are sentences by place: a part, or a step's id.

    ``unworded`` are the places that cannot be put into words. A row that is named and does not exist, such as a
    segment, is a problem, too, but leaves the place its sentence.
    """

    def __init__(self, raw: JSONDict) -> None:
        self.problems: dict[str, list[str]] = {}
        self.steps: dict[str, Step] = {}
        self.named: list[mentions.Mention] = []
        if raw.get("trigger"):
            trigger = self._part("trigger", lambda reader: reader.trigger(raw["trigger"]))
        else:
            trigger = None
            self._add("trigger", _("Say what begins it."))
        self.trigger: Trigger = trigger or Trigger("")
        self.named.extend(mentions.in_trigger(self.trigger))
        event = self.trigger.event
        self.provided = events.get(event).provides() if event in events else None
        self.event = event
        if event and event not in events:
            self._add("trigger", _("The event “%(code)s” is not installed. Choose another one.") % {"code": event})
        self._entry(raw)
        self._lists(raw)
        for step in raw.get("steps", []):
            self._step(step)
        if not raw.get("steps"):
            self._add("steps", _("Nothing happens yet: add a step."))
        if not self.problems:
            self._whole(raw)
        self.unworded = frozenset(self.problems)
        if not self.problems:
            self.named = mentions.mentions(read(raw))
        for one in rows.missing(mentions.known_otherwise(self.named, self.steps.values())):
            self._add(one.place, f"{rows.sentence(one)} {rows.advice(one)}")

    def _add(self, place: str, sentence: str) -> None:
        found = self.problems.setdefault(place, [])
        if sentence not in found:
            found.append(sentence)

    def _part(self, place: str, read: Any) -> Any:
        """What ``read`` makes of a part, or None with the problems noted."""
        reader = DefinitionReader()
        reader.schema = 2
        found = read(reader)
        for problem in reader.problems:
            self._add(place, problem)
        return None if reader.problems else found

    def _whole(self, raw: JSONDict) -> None:
        """What no part shows by itself, such as a way that runs in circles; at its step, if one is named."""
        try:
            read(raw)
        except DefinitionInvalid as error:
            for problem in error.problems:
                place = next((step for step in self.steps if f"“{step}”" in problem or f"„{step}“" in problem), "")
                self._add(place, problem)

    def _entry(self, raw: JSONDict) -> None:
        if not raw.get("entry_key"):
            self._add("entry", _("Say how often somebody may enter."))
        else:
            self._part("entry", lambda reader: reader.entry_key(raw["entry_key"]))
        self._part("entry", lambda reader: reader.reentry(raw.get("reentry", {})))
        self._part("limits", lambda reader: reader.number(raw, "priority", _("The definition"), low=0, high=100,
                                                          default=50))  # fmt: skip
        self._part("limits", lambda reader: reader.number(raw, "holdout", _("The definition"), low=0, high=50,
                                                          default=0))  # fmt: skip
        if "cap" in raw:
            self._part("limits", lambda reader: reader.cap(raw["cap"]))

    def _lists(self, raw: JSONDict) -> None:
        asked = self._part("conditions", lambda r: r.questions(raw.get("conditions", []), _("“conditions”")))
        for question in asked or ():
            self._asked("conditions", question)
            self.named.extend(mentions.in_question("conditions", question, self.trigger))
        for place, one in (("exits", "exit"), ("goals", "goal")):
            found = self._part(place, lambda r, p=place, o=one: r.many(raw.get(p, []), f"“{p}”", getattr(r, o)))
            for happening in found or ():
                self._happening(place, happening)
                self.named.extend(mentions.in_happening(place, happening, self.trigger))

    def _step(self, raw: JSONDict) -> None:
        place = str(raw["id"])
        for sentence in _unfinished(raw):
            self._add(place, sentence)
        if place in self.problems:
            return
        step = self._part(place, lambda reader: reader.step(raw, place))
        if step is None:
            return
        self.steps[place] = step
        self.named.extend(mentions.in_step(step, self.trigger))
        if isinstance(step, Act):
            self._extension(place, actions, step.action, step.settings)
            for question in step.recheck:
                self._asked(place, question)
        elif isinstance(step, Branch | UntilCondition):
            self._asked(place, step.question)
        happenings: Iterator[Happening] = iter(())
        if isinstance(step, UntilEvent):
            happenings = (way.happening for way in step.ways)
        elif isinstance(step, UntilCondition):
            happenings = iter(step.wakes)
        for happening in happenings:
            self._happening(place, happening)

    def _happening(self, place: str, happening: Happening) -> None:
        if happening.event not in events:
            self._add(place, _("The event “%(code)s” is not installed. Choose another one.")
                      % {"code": happening.event})  # fmt: skip
        for question in happening.conditions:
            self._asked(place, question)

    def _asked(self, place: str, question: Question) -> None:
        for leaf in leaves(question.expression):
            if isinstance(leaf, Ask):
                self._extension(place, conditions, leaf.condition, leaf.settings)

    def _extension(self, place: str, registry: Any, code: str, settings: Mapping[str, Any]) -> None:
        if code not in registry:
            self._add(place, _("“%(code)s” is not installed. Install the plugin again or take this out.")
                      % {"code": code})  # fmt: skip
            return
        extension = registry.get(code)
        missing = sorted(extension.needs - self.provided) if self.provided is not None else []
        if missing:
            names = ", ".join(str(field_label(name)) for name in missing)
            self._add(
                place,
                _("“%(label)s” needs %(fields)s, which “%(event)s” does not know. Choose another event or step.")
                % {"label": extension.label, "fields": names, "event": event_label(self.event)},
            )
        for sentence in unfilled(extension, settings):
            self._add(place, sentence)


def unfilled(extension: Condition | Action, settings: Mapping[str, Any]) -> list[str]:
    """What the extension's form says against ``settings``, by the labels that people see."""
    if extension.form_class is None:
        return []
    form = extension.form_class(data=settings)
    found = [
        _("“%(name)s” is no setting of “%(label)s”. Open it and save it again.")
        % {"name": name, "label": extension.label}
        for name in sorted(set(settings) - set(form.fields))
    ]
    found.extend(
        _("“%(name)s” must be a text. Open the step and write it anew.") % {"name": form.fields[name].label or name}
        for name in no_texts(form, settings)
    )
    for name, errors in form_errors(extension, form).items():
        label = str(form.fields[name].label or name) if name in form.fields else str(extension.label)
        found.extend(f"{label}: {error}" for error in errors)
    return found


def _unfinished(raw: JSONDict) -> Iterator[str]:
    """What a step that has just been put in still lacks, in the words of its form."""
    kind = wait_kind(raw)
    inner = raw.get(kind, {}) if kind.startswith("until_") else {}
    nothing: JSONDict = {"all": []}
    if (raw.get("kind") == "condition" and raw.get("ask", nothing) == nothing) or (
        kind == "until_condition" and inner.get("ask", nothing) == nothing
    ):
        yield _("Nothing is asked yet. Open the step and choose a question.")
    if kind == "until_event" and not inner.get("events"):
        yield _("No event is waited for yet. Open the step and choose one.")
    if kind == "until_date" and not inner.get("field"):
        yield _("No date is chosen yet. Open the step and choose the field.")


def phrase_of(raw: JSONDict, diagnosis: Diagnosis) -> Phrase:
    """The step in words; its label alone while something is missing, because a sentence needs all of its words."""
    step = diagnosis.steps.get(str(raw["id"]))
    if step is not None and str(raw["id"]) not in diagnosis.unworded:
        return step_phrase(step)
    return Phrase(str(raw["id"]), icon_of(raw), label_of(raw), installed=step is not None or not _is_missing(raw))


def label_of(raw: Mapping[str, Any]) -> str:
    """What kind of step it is, in a few words."""
    kind = raw.get("kind")
    if kind == "action":
        code = str(raw.get("action", ""))
        return str(actions.get(code).label) if code in actions else _("%(code)s (not installed)") % {"code": code}
    if kind == "wait":
        return str(WAITS[wait_kind(raw)][0]) if wait_kind(raw) else _("Wait")
    return str({"condition": _("Ask"), "split": _("Experiment")}.get(str(kind), kind))


def icon_of(raw: Mapping[str, Any]) -> str:
    return {"wait": "hourglass", "condition": "split", "split": "flask-conical"}.get(str(raw.get("kind")), "send")


def _is_missing(raw: Mapping[str, Any]) -> bool:
    return raw.get("kind") == "action" and raw.get("action") not in actions
