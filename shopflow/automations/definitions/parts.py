"""What the reader of definitions understands everywhere: texts, lengths of time, moments, questions, happenings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from shopflow.automations.definitions.model import DEFAULT_ZONE, Duration, Happening, Moments, Question, Where
from shopflow.automations.definitions.values import typed
from shopflow.contracts.expressions import All, ExpressionInvalid, parse

UNITS = ("minutes", "hours", "days", "weeks", "months", "workdays")
LONGEST = {"minutes": 5_270_400, "hours": 87_840, "days": 3660, "weeks": 523, "months": 120, "workdays": 2600}
"""Ten years in each unit: farther no date is worked out."""

MOMENTS = ("at", "weekdays", "window", "workdays", "zone")
HAPPENING = ("event", "match", "differ", "where", "conditions")
TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z")


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


class PartsReader:
    """Collects problems instead of stopping at the first one."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.schema = 1

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

    def number(self, raw: Mapping[str, Any], name: str, place: str, *, low: int, high: int, default: int) -> int:
        value = raw.get(name, default)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.problem(
            _("%(place)s: “%(name)s” must be a whole number from %(low)s to %(high)s."),
            place=place, name=name, low=low, high=high,
        )  # fmt: skip
        return default

    def flag(self, raw: Mapping[str, Any], name: str, place: str) -> bool:
        value = raw.get(name, False)
        if not isinstance(value, bool):
            self.problem(_("%(place)s: “%(name)s” must be true or false."), place=place, name=name)
        return bool(value)

    def word(self, raw: Mapping[str, Any], name: str, words: tuple[str, ...], place: str) -> str:
        """One of ``words``; the first if the entry is missing."""
        value = raw.get(name, words[0])
        if value in words:
            return str(value)
        self.problem(
            _("%(place)s: “%(name)s” must be one of: %(words)s."), place=place, name=name, words=", ".join(words)
        )
        return words[0]

    def object(self, raw: Any, place: str) -> Mapping[str, Any]:
        if isinstance(raw, Mapping):
            return raw
        self.problem(_("%(place)s must be a JSON object."), place=place)
        return {}

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

    def where(self, raw: Any, place: str, event: str = "") -> Where:
        """Fields with the values wanted; numbers as texts are numbers where the fields of ``event`` are."""
        found = {}
        if isinstance(raw, Mapping):
            found = {name: tuple(value) if isinstance(value, list) else (value,) for name, value in raw.items()}
        if not isinstance(raw, Mapping) or not all(_is_scalar(one) for values in found.values() for one in values):
            self.problem(_("%(place)s: “where” must be an object of fields and values."), place=place)
            return {}
        return {
            name: tuple(typed(value, event=event, field=name) for value in values) for name, values in found.items()
        }

    def questions(self, raw: Any, place: str) -> tuple[Question, ...]:
        return tuple(self.many(raw, place, self.question))

    def question(self, raw: Mapping[str, Any], place: str) -> Question:
        """A condition or any other expression, with ``otherwise``: what a "no" does."""
        skip = self.word(raw, "otherwise", ("exit", "skip"), place) == "skip"
        return self.asked({name: value for name, value in raw.items() if name != "otherwise"}, place, skip=skip)

    def asked(self, raw: Any, place: str, *, skip: bool = False) -> Question:
        if isinstance(raw, Mapping):
            self.flag(raw, "negate", place)
        try:
            return Question(parse(raw, place), skip)
        except ExpressionInvalid as error:
            self.problems.extend(error.problems)
            return Question(All(()), skip)

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

    def happening(self, raw: Mapping[str, Any], place: str) -> dict[str, Any]:
        """The entries of a :class:`Happening`."""
        match = self.names(raw.get("match", []), place, "match")
        if not match:
            self.problem(_("%(place)s needs “match”: without it the event would end every run."), place=place)
        return {
            "event": self.text(raw, "event", place),
            "match": match,
            "differ": self.names(raw.get("differ", []), place, "differ"),
            "where": self.where(raw.get("where", {}), place, str(raw.get("event", ""))),
            "conditions": self.questions(raw.get("conditions", []), place),
        }

    def wake(self, raw: Mapping[str, Any], place: str) -> Happening:
        self.only(raw, HAPPENING, place)
        return Happening(**self.happening(raw, place))

    def duration(self, raw: Any, place: str) -> Duration:
        fits = isinstance(raw, Mapping) and raw and set(raw) <= set(UNITS)
        if not fits or any(not isinstance(n, int) or isinstance(n, bool) or n < 0 for n in raw.values()):
            self.problem(
                _("%(place)s: a length of time is whole numbers of minutes, hours, days, weeks, months or workdays."),
                place=place,
            )
            return Duration()
        if any(n > LONGEST[unit] for unit, n in raw.items()):
            self.problem(_("%(place)s: a length of time is ten years at most."), place=place)
            return Duration()
        elapsed = timedelta(minutes=raw.get("minutes", 0), hours=raw.get("hours", 0))
        days = raw.get("days", 0) + 7 * raw.get("weeks", 0)
        return Duration(days, elapsed, raw.get("months", 0), raw.get("workdays", 0))

    def elapsed(self, raw: Any, place: str) -> timedelta:
        length = self.duration(raw, place)
        if length.months or length.workdays:
            self.problem(_("%(place)s: here only minutes, hours, days and weeks can be counted."), place=place)
        return length.elapsed + timedelta(days=length.days)

    def moments(self, raw: Mapping[str, Any], place: str) -> Moments:
        """``at``, ``weekdays``, ``window``, ``workdays`` and ``zone``, wherever a wait may have them."""
        window = raw.get("window")
        if window is not None and "at" in raw:
            self.problem(_("%(place)s: “at” and “window” contradict each other; keep one."), place=place)
        return Moments(
            at=self.clock(raw["at"], place, "at") if "at" in raw else None,
            weekdays=self.weekdays(raw.get("weekdays", []), place),
            window=None if window is None else self.window(window, place),
            workdays=self.flag(raw, "workdays", place),
            zone=self.zone(raw, place),
        )

    def clock(self, raw: Any, place: str, name: str) -> time | None:
        match = TIME.match(str(raw))
        if match is None:
            self.problem(_("%(place)s: “%(name)s” must be a time such as “18:00”."), place=place, name=name)
            return None
        return time(int(match[1]), int(match[2]))

    def weekdays(self, raw: Any, place: str) -> frozenset[int]:
        if isinstance(raw, list) and all(isinstance(day, int) and 1 <= day <= 7 for day in raw):
            return frozenset(raw)
        self.problem(_("%(place)s: “weekdays” is a list of numbers from 1 (Monday) to 7 (Sunday)."), place=place)
        return frozenset()

    def window(self, raw: Any, place: str) -> tuple[time, time] | None:
        raw = self.object(raw, _("%(place)s: “window”") % {"place": place})
        begins, ends = self.clock(raw.get("from"), place, "from"), self.clock(raw.get("to"), place, "to")
        if begins is None or ends is None:
            return None
        if begins == ends:
            self.problem(_("%(place)s: “window” begins when it ends."), place=place)
        return begins, ends

    def zone(self, raw: Mapping[str, Any], place: str) -> str:
        name = str(raw.get("zone", DEFAULT_ZONE if self.schema == 1 else ""))
        if not name:
            return ""
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.problem(
                _("%(place)s: there is no time zone “%(zone)s”. Write one such as Europe/Berlin."),
                place=place, zone=name,
            )  # fmt: skip
            return DEFAULT_ZONE
        return name
