"""From JSON to a :class:`Definition`, or to every problem at once, each as a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from string import Formatter
from typing import Any

from django.utils.translation import gettext as _

from shopflow.automations.definitions.model import (
    MOST_STEPS,
    NEXT,
    STOP,
    Act,
    Arm,
    Branch,
    Cap,
    Definition,
    Duration,
    Exit,
    Goal,
    Reentry,
    Resting,
    Split,
    Step,
    Trigger,
    targets,
)
from shopflow.automations.definitions.parts import HAPPENING
from shopflow.automations.definitions.waits import WaitReader
from shopflow.automations.exceptions import DefinitionInvalid

SCHEMAS = (1, 2)
STEP_ID = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")
MODES = ("per_key", "once_ever", "after_exit", "always")
ENDS = ("exit_rule", "consent_revoked", "subject_gone", "replaced", "goal_reached", "suppressed")
KNOWN = (
    "schema", "trigger", "entry_key", "reentry", "conditions", "exits", "goals", "priority", "holdout", "cap", "steps"
)  # fmt: skip


def read(raw: Any) -> Definition:
    """Read a definition; raise :class:`DefinitionInvalid` with a sentence for each problem."""
    return DefinitionReader().definition(raw)


class DefinitionReader(WaitReader):
    """Collects problems instead of stopping at the first one."""

    def definition(self, raw: Any) -> Definition:
        if not isinstance(raw, Mapping):
            raise DefinitionInvalid([_("A definition must be a JSON object.")])
        place = _("The definition")
        self.only(raw, KNOWN, place)
        self.schema = raw.get("schema", 1)
        if self.schema not in SCHEMAS:
            self.problem(_("“schema” is %(found)r; this version reads schema 1 and 2."), found=raw.get("schema"))
        steps = self.steps(raw.get("steps"))
        definition = Definition(
            trigger=self.trigger(raw.get("trigger")),
            entry_key=self.entry_key(raw.get("entry_key")),
            conditions=self.questions(raw.get("conditions", []), _("“conditions”")),
            exits=tuple(self.many(raw.get("exits", []), _("“exits”"), self.exit)),
            steps=steps,
            goals=tuple(self.many(raw.get("goals", []), _("“goals”"), self.goal)),
            reentry=self.reentry(raw.get("reentry", {})),
            priority=self.number(raw, "priority", place, low=0, high=100, default=50),
            holdout=self.number(raw, "holdout", place, low=0, high=50, default=0),
            cap=None if "cap" not in raw else self.cap(raw["cap"]),
            schema=self.schema,
        )
        self.targets(definition)
        if self.problems:
            raise DefinitionInvalid(self.problems)
        return definition

    def trigger(self, raw: Any) -> Trigger:
        place = _("“trigger”")
        if not isinstance(raw, Mapping):
            self.problem(_("%(place)s must be a JSON object with an “event”."), place=place)
            return Trigger("")
        if self.flag(raw, "manual", place):
            self.only(raw, ("manual", "segment"), place)
            return Trigger("", segment=str(raw.get("segment", "")))
        self.only(raw, ("event", "where", "lag", "manual"), place)
        lag = self.elapsed(raw["lag"], place) if "lag" in raw else timedelta()
        event = self.text(raw, "event", place)
        return Trigger(event, self.where(raw.get("where", {}), place, event), lag)

    def entry_key(self, raw: Any) -> str:
        if not isinstance(raw, str) or not raw:
            self.problem(_("“entry_key” is missing: a text such as “order:{order_id}” that is the same for one entry."))
            return ""
        try:
            names = [name for _text, name, _spec, _conversion in Formatter().parse(raw) if name is not None]
        except ValueError:
            names = [""]
        if any(not name.isidentifier() for name in names):
            self.problem(_("“entry_key”: %(key)s is not readable. Write fields as {order_id}."), key=raw)
        return raw

    def reentry(self, raw: Any) -> Reentry:
        place = _("“reentry”")
        raw = self.object(raw, place)
        self.only(raw, ("mode", "min_gap", "max_concurrent"), place)
        return Reentry(
            mode=self.word(raw, "mode", MODES, place),
            min_gap=self.duration(raw["min_gap"], place) if "min_gap" in raw else Duration(),
            max_concurrent=self.number(raw, "max_concurrent", place, low=1, high=100, default=1),
        )

    def cap(self, raw: Any) -> Cap:
        place = _("“cap”")
        raw = self.object(raw, place)
        self.only(raw, ("messages", "days", "gap"), place)
        return Cap(
            messages=self.number(raw, "messages", place, low=1, high=100, default=2),
            days=self.number(raw, "days", place, low=1, high=365, default=7),
            gap=self.elapsed(raw["gap"], place) if "gap" in raw else timedelta(),
        )

    def exit(self, raw: Mapping[str, Any], place: str) -> Exit:
        self.only(raw, (*HAPPENING, "as"), place)
        return Exit(**self.happening(raw, place), reads_as=self.word(raw, "as", ENDS, place))

    def goal(self, raw: Mapping[str, Any], place: str) -> Goal:
        self.only(raw, (*HAPPENING, "id", "within", "then"), place)
        within = self.duration(raw["within"], place) if "within" in raw else None
        return Goal(
            **self.happening(raw, place), id=self.text(raw, "id", place), within=within, then=str(raw.get("then", STOP))
        )

    def steps(self, raw: Any) -> tuple[Step, ...]:
        if isinstance(raw, list) and len(raw) > MOST_STEPS:  # and no sentence for each of them
            told = _("A flow has at most %(count)s steps. Make two flows of it.") % {"count": MOST_STEPS}
            raise DefinitionInvalid([told])
        steps = [step for step in self.many(raw, _("“steps”"), self.step) if step is not None]
        if not steps:
            self.problem(_("“steps” is empty: a flow needs at least one step."))
        ids = [step.id for step in steps]
        for name in sorted({name for name in ids if ids.count(name) > 1}):
            self.problem(_("Two steps are called “%(id)s”. Give each its own id."), id=name)
        return tuple(steps)

    def step(self, raw: Mapping[str, Any], place: str) -> Step | None:
        step_id = raw.get("id")
        if not isinstance(step_id, str) or not STEP_ID.match(step_id) or step_id in (NEXT, STOP):
            self.problem(
                _("%(place)s needs an “id” of small letters, digits and _, other than “next” and “stop”."), place=place
            )
            return None
        place = _("Step “%(id)s”") % {"id": step_id}
        kinds = {"wait": self.wait, "condition": self.branch, "split": self.split, "action": self.act}
        kind = kinds.get(str(raw.get("kind")))
        if kind is None:
            self.problem(_("%(place)s: “kind” must be “wait”, “condition”, “split” or “action”."), place=place)
            return None
        return kind(raw, step_id, place)

    def branch(self, raw: Mapping[str, Any], step_id: str, place: str) -> Step:
        self.only(raw, ("id", "kind", "ask", "condition", "settings", "negate", "then", "else", "unknown"), place)
        plain = {name: raw[name] for name in ("condition", "settings", "negate") if name in raw}
        if plain and "ask" in raw:
            self.problem(_("%(place)s: “ask” and “condition” contradict each other; keep one."), place=place)
        otherwise = str(raw.get("else", STOP))
        unknown = str(raw.get("unknown", otherwise))
        question = self.asked(raw.get("ask", plain), place)
        return Branch(step_id, question, str(raw.get("then", NEXT)), otherwise, unknown)

    def split(self, raw: Mapping[str, Any], step_id: str, place: str) -> Step:
        self.only(raw, ("id", "kind", "experiment", "arms"), place)
        arms = tuple(self.many(raw.get("arms", []), _("%(place)s: “arms”") % {"place": place}, self.arm))
        if len(arms) < 2 or len({arm.code for arm in arms}) != len(arms):
            self.problem(_("%(place)s needs “arms”: two or more with different codes."), place=place)
        return Split(step_id, self.text(raw, "experiment", place), arms)

    def arm(self, raw: Mapping[str, Any], place: str) -> Arm:
        self.only(raw, ("code", "weight", "then"), place)
        weight = self.number(raw, "weight", place, low=1, high=1000, default=1)
        return Arm(self.text(raw, "code", place), weight, str(raw.get("then", NEXT)))

    def act(self, raw: Mapping[str, Any], step_id: str, place: str) -> Step:
        self.only(raw, ("id", "kind", "action", "settings", "recheck", "max_lateness", "late", "then"), place)
        late = self.elapsed(raw["max_lateness"], place) if "max_lateness" in raw else None
        return Act(
            id=step_id,
            action=self.text(raw, "action", place),
            settings=self.settings(raw, place),
            recheck=self.questions(raw.get("recheck", []), place),
            max_lateness=late,
            replan=self.word(raw, "late", ("skip", "replan"), place) == "replan",
            then=str(raw.get("then", NEXT)),
        )

    def targets(self, definition: Definition) -> None:
        order = {step.id: number for number, step in enumerate(definition.steps)}
        for step in definition.steps:
            place = _("Step “%(id)s”") % {"id": step.id}
            for target in sorted(set(targets(step)) - {NEXT, STOP}):
                if target not in order:
                    self.leads_nowhere(place, target)
                elif order[target] <= order[step.id] and step.id in without_rest(definition, target):
                    self.problem(
                        _("%(place)s leads back to “%(target)s” without a wait between: it would run in circles."),
                        place=place, target=target,
                    )  # fmt: skip
        for goal in definition.goals:
            if goal.then != STOP and goal.then not in order:
                self.leads_nowhere(_("Goal “%(id)s”") % {"id": goal.id}, goal.then)

    def leads_nowhere(self, place: str, target: str) -> None:
        self.problem(_("%(place)s leads to “%(target)s”, but there is no such step."), place=place, target=target)


def without_rest(definition: Definition, node: str) -> frozenset[str]:
    """The steps that a run which arrives at ``node`` may reach without a wait, itself included."""
    found: set[str] = set()
    ahead = [node]
    while ahead:
        node = ahead.pop()
        if node in found or not definition.has(node) or isinstance(definition.step(node), Resting):
            continue
        found.add(node)
        ahead.extend(filter(None, (definition.follow(node, target) for target in targets(definition.step(node)))))
    return frozenset(found)
