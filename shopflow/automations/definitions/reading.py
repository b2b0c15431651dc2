"""From JSON to a :class:`Definition`, or to every problem at once, each as a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import time, timedelta
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from shopflow.automations.definitions.model import (
    DEFAULT_ZONE,
    NEXT,
    STOP,
    Act,
    Branch,
    Definition,
    Duration,
    Exit,
    Question,
    Step,
    Trigger,
    Wait,
    Where,
)
from shopflow.automations.exceptions import DefinitionInvalid

SCHEMA = 1
STEP_ID = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")
UNITS = ("minutes", "hours", "days", "weeks")


def read(raw: Any) -> Definition:
    """Read a definition; raise :class:`DefinitionInvalid` with a sentence for each problem."""
    return _Reader().definition(raw)


class _Reader:
    """Collects problems instead of stopping at the first one."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def definition(self, raw: Any) -> Definition:
        if not isinstance(raw, Mapping):
            raise DefinitionInvalid([_("A definition must be a JSON object.")])
        known = ("schema", "trigger", "entry_key", "conditions", "exits", "steps")
        self.only(raw, known, _("The definition"))
        if raw.get("schema", SCHEMA) != SCHEMA:
            self.problem(_("“schema” is %(found)r; this version reads schema 1."), found=raw.get("schema"))
        trigger = self.trigger(raw.get("trigger"))
        steps = self.steps(raw.get("steps"))
        definition = Definition(
            trigger=trigger,
            entry_key=self.entry_key(raw.get("entry_key")),
            conditions=self.questions(raw.get("conditions", []), _("“conditions”")),
            exits=tuple(self.many(raw.get("exits", []), _("“exits”"), self.exit)),
            steps=steps,
        )
        self.targets(steps)
        if self.problems:
            raise DefinitionInvalid(self.problems)
        return definition

    def problem(self, sentence: str, **words: Any) -> None:
        self.problems.append(sentence % words if words else sentence)

    def only(self, raw: Mapping[str, Any], known: tuple[str, ...], place: str) -> None:
        for name in sorted(set(raw) - set(known)):
            self.problem(
                _("%(place)s has an entry “%(name)s” that is not known. Known are: %(known)s."),
                place=place, name=name, known=", ".join(known),
            )  # fmt: skip

    def text(self, raw: Mapping[str, Any], name: str, place: str) -> str:
        value = raw.get(name)
        if not isinstance(value, str) or not value:
            self.problem(_("%(place)s needs “%(name)s” as a text."), place=place, name=name)
            return ""
        return value

    def many(self, raw: Any, place: str, one: Callable[[Mapping[str, Any], str], Any]) -> list[Any]:
        if not isinstance(raw, list):
            self.problem(_("%(place)s must be a list."), place=place)
            return []
        found = []
        for number, item in enumerate(raw, 1):
            where = _("%(place)s, no. %(number)s") % {"place": place, "number": number}
            if isinstance(item, Mapping):
                found.append(one(item, where))
            else:
                self.problem(_("%(place)s must be a JSON object."), place=where)
        return found

    def trigger(self, raw: Any) -> Trigger:
        place = _("“trigger”")
        if not isinstance(raw, Mapping):
            self.problem(_("%(place)s must be a JSON object with an “event”."), place=place)
            return Trigger("")
        self.only(raw, ("event", "where", "lag"), place)
        lag = self.elapsed(raw["lag"], place) if "lag" in raw else timedelta()
        return Trigger(self.text(raw, "event", place), self.where(raw.get("where", {}), place), lag)

    def where(self, raw: Any, place: str) -> Where:
        if not isinstance(raw, Mapping):
            self.problem(_("%(place)s: “where” must be an object of fields and values."), place=place)
            return {}
        return {name: tuple(value) if isinstance(value, list) else (value,) for name, value in raw.items()}

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

    def questions(self, raw: Any, place: str) -> tuple[Question, ...]:
        return tuple(self.many(raw, place, self.question))

    def question(self, raw: Mapping[str, Any], place: str) -> Question:
        self.only(raw, ("condition", "settings", "negate", "otherwise"), place)
        otherwise = raw.get("otherwise", "exit")
        if otherwise not in ("exit", "skip"):
            self.problem(_("%(place)s: “otherwise” must be “exit” or “skip”."), place=place)
        return self.asked(raw, place, skip=otherwise == "skip")

    def asked(self, raw: Mapping[str, Any], place: str, *, skip: bool = False) -> Question:
        negate = raw.get("negate", False)
        if not isinstance(negate, bool):
            self.problem(_("%(place)s: “negate” must be true or false."), place=place)
        return Question(self.text(raw, "condition", place), self.settings(raw, place), bool(negate), skip)

    def settings(self, raw: Mapping[str, Any], place: str) -> Mapping[str, Any]:
        settings = raw.get("settings", {})
        if isinstance(settings, Mapping):
            return settings
        self.problem(_("%(place)s: “settings” must be a JSON object."), place=place)
        return {}

    def names(self, raw: Any, place: str, name: str) -> tuple[str, ...]:
        if isinstance(raw, list) and all(isinstance(item, str) and item for item in raw):
            return tuple(raw)
        self.problem(_("%(place)s: “%(name)s” must be a list of field names."), place=place, name=name)
        return ()

    def exit(self, raw: Mapping[str, Any], place: str) -> Exit:
        self.only(raw, ("event", "match", "differ", "where", "conditions"), place)
        match = self.names(raw.get("match", []), place, "match")
        if not match:
            self.problem(_("%(place)s needs “match”: without it the event would end every run."), place=place)
        return Exit(
            event=self.text(raw, "event", place),
            match=match,
            differ=self.names(raw.get("differ", []), place, "differ"),
            where=self.where(raw.get("where", {}), place),
            conditions=self.questions(raw.get("conditions", []), place),
        )

    def steps(self, raw: Any) -> tuple[Step, ...]:
        found = [step for step in self.many(raw, _("“steps”"), self.step) if step is not None]
        if not found:
            self.problem(_("“steps” is empty: a flow needs at least one step."))
        for step_id in sorted({step.id for step in found if [other.id for other in found].count(step.id) > 1}):
            self.problem(_("Two steps are called “%(id)s”. Give each its own id."), id=step_id)
        return tuple(found)

    def step(self, raw: Mapping[str, Any], place: str) -> Step | None:
        step_id = raw.get("id")
        if not isinstance(step_id, str) or not STEP_ID.match(step_id) or step_id in (NEXT, STOP):
            self.problem(
                _("%(place)s needs an “id” of small letters, digits and _, other than “next” and “stop”."), place=place
            )
            return None
        place = _("Step “%(id)s”") % {"id": step_id}
        kinds = {"wait": self.wait, "condition": self.branch, "action": self.act}
        kind = kinds.get(str(raw.get("kind")))
        if kind is None:
            self.problem(_("%(place)s: “kind” must be “wait”, “condition” or “action”."), place=place)
            return None
        return kind(raw, step_id, place)

    def wait(self, raw: Mapping[str, Any], step_id: str, place: str) -> Step:
        self.only(raw, ("id", "kind", "for", "until", "at", "zone", "gap"), place)
        if ("for" in raw) == ("until" in raw):
            self.problem(_("%(place)s needs either “for” (from now) or “until” (from the beginning)."), place=place)
        length = self.duration(raw.get("for", raw.get("until", {"minutes": 1})), place)
        gap = self.elapsed(raw["gap"], place) if "gap" in raw else timedelta()
        return Wait(step_id, length, "until" in raw, self.at(raw, place), self.zone(raw, place), gap)

    def at(self, raw: Mapping[str, Any], place: str) -> time | None:
        if "at" not in raw:
            return None
        match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", str(raw["at"]))
        if match is None:
            self.problem(_("%(place)s: “at” must be a time such as “18:00”."), place=place)
            return None
        return time(int(match[1]), int(match[2]))

    def zone(self, raw: Mapping[str, Any], place: str) -> str:
        name = str(raw.get("zone", DEFAULT_ZONE))
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.problem(
                _("%(place)s: there is no time zone “%(zone)s”. Write one such as Europe/Berlin."),
                place=place, zone=name,
            )  # fmt: skip
            return DEFAULT_ZONE
        return name

    def duration(self, raw: Any, place: str) -> Duration:
        fits = isinstance(raw, Mapping) and raw and set(raw) <= set(UNITS)
        if not fits or any(not isinstance(n, int) or isinstance(n, bool) or n < 0 for n in raw.values()):
            self.problem(
                _("%(place)s: a length of time is whole numbers of minutes, hours, days or weeks."), place=place
            )
            return Duration()
        elapsed = timedelta(minutes=raw.get("minutes", 0), hours=raw.get("hours", 0))
        return Duration(raw.get("days", 0) + 7 * raw.get("weeks", 0), elapsed)

    def elapsed(self, raw: Any, place: str) -> timedelta:
        length = self.duration(raw, place)
        return length.elapsed + timedelta(days=length.days)

    def branch(self, raw: Mapping[str, Any], step_id: str, place: str) -> Step:
        self.only(raw, ("id", "kind", "condition", "settings", "negate", "then", "else", "unknown"), place)
        otherwise = str(raw.get("else", STOP))
        unknown = str(raw.get("unknown", otherwise))
        return Branch(step_id, self.asked(raw, place), str(raw.get("then", NEXT)), otherwise, unknown)

    def act(self, raw: Mapping[str, Any], step_id: str, place: str) -> Step:
        self.only(raw, ("id", "kind", "action", "settings", "recheck", "max_lateness"), place)
        late = self.elapsed(raw["max_lateness"], place) if "max_lateness" in raw else None
        recheck = self.questions(raw.get("recheck", []), place)
        return Act(step_id, self.text(raw, "action", place), self.settings(raw, place), recheck, late)

    def targets(self, steps: tuple[Step, ...]) -> None:
        order = {step.id: number for number, step in enumerate(steps)}
        for branch in (step for step in steps if isinstance(step, Branch)):
            place = _("Step “%(id)s”") % {"id": branch.id}
            for target in sorted({branch.then, branch.otherwise, branch.unknown} - {NEXT, STOP}):
                if target not in order:
                    self.problem(
                        _("%(place)s leads to “%(target)s”, but there is no such step."), place=place, target=target
                    )
                elif order[target] <= order[branch.id] and not any(
                    isinstance(step, Wait) for step in steps[order[target] : order[branch.id]]
                ):
                    self.problem(
                        _("%(place)s leads back to “%(target)s” without a wait between: it would run in circles."),
                        place=place, target=target,
                    )  # fmt: skip
