"""Reading a wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from shopflow.automations.definitions.model import (
    NEXT,
    STOP,
    Duration,
    Happening,
    PluginWait,
    Step,
    UntilCondition,
    UntilDate,
    UntilEvent,
    Wait,
    Way,
)
from shopflow.automations.definitions.parts import HAPPENING, MOMENTS, PartsReader
from shopflow.contracts.waits import waits

ONWARD = {"until_time": ("then",), "until_date": ("then",)}
"""Kinds that have one way on, which ``then`` names beside ``id`` and ``kind``."""
KINDS = ("for", "until", "until_time", "until_date", "until_event", "until_condition")


def kinds() -> tuple[str, ...]:
    """Every entry that names a wait: the shop's own, and those of plugins."""
    return (*KINDS, *waits.codes())


def onward(raw: Mapping[str, Any]) -> str:
    """Where a step with one way out leads."""
    return str(raw.get("then", NEXT))


class WaitReader(PartsReader):
    """Each kind of wait has one entry that names it."""

    def wait(self, raw: Mapping[str, Any], step_id: str, place: str) -> Step:
        known = kinds()
        found = [kind for kind in known if kind in raw]
        if not found and "window" in raw:
            raw, found = {**raw, "for": {"minutes": 0}}, ["for"]
        if len(found) != 1:
            self.problem(_("%(place)s needs exactly one of: %(kinds)s."), place=place, kinds=", ".join(known))
            return Wait(step_id, Duration())
        return self.wait_of(found[0], raw, step_id, place)

    def wait_of(self, kind: str, raw: Mapping[str, Any], step_id: str, place: str) -> Step:
        if kind in waits:
            self.only(raw, ("id", "kind", "then", kind), place)
            settings = self.object(raw[kind], place)
            return PluginWait(step_id, then=onward(raw), code=kind, settings=settings)
        if kind in ("for", "until"):
            self.only(raw, ("id", "kind", "for", "until", "gap", "then", *MOMENTS), place)
            length = self.duration(raw[kind], place)
            gap = self.elapsed(raw["gap"], place) if "gap" in raw else Duration().elapsed
            return Wait(step_id, length, kind == "until", self.moments(raw, place), gap, onward(raw))
        self.only(raw, ("id", "kind", kind, *ONWARD.get(kind, ())), place)
        place = _("%(place)s, “%(name)s”") % {"place": place, "name": kind}
        read = {
            "until_time": self.until_time,
            "until_date": self.until_date,
            "until_event": self.until_event,
            "until_condition": self.until_condition,
        }
        step = read[kind](self.object(raw[kind], place), step_id, place)
        return replace(step, then=onward(raw)) if isinstance(step, Wait | UntilDate) else step

    def until_time(self, raw: Mapping[str, Any], step_id: str, place: str) -> Step:
        self.only(raw, ("min_gap", "gap", *MOMENTS), place)
        length = self.duration(raw["min_gap"], place) if "min_gap" in raw else Duration()
        gap = self.elapsed(raw["gap"], place) if "gap" in raw else Duration().elapsed
        if "at" not in raw:
            self.problem(_("%(place)s needs “%(name)s” as a text."), place=place, name="at")
        return Wait(step_id, length, False, self.moments(raw, place), gap)

    def until_date(self, raw: Mapping[str, Any], step_id: str, place: str) -> Step:
        self.only(raw, ("field", "before", "after", "past", "unknown", *MOMENTS), place)
        if "before" in raw and "after" in raw:
            self.problem(_("%(place)s: “before” and “after” contradict each other; keep one."), place=place)
        before = "before" in raw
        offset = raw.get("before", raw.get("after"))
        past = str(raw.get("past", STOP))
        return UntilDate(
            id=step_id,
            name=self.text(raw, "field", place),
            offset=Duration() if offset is None else self.duration(offset, place),
            before=before,
            moments=self.moments(raw, place),
            past=past,
            unknown=str(raw.get("unknown", past)),
        )

    def timeout(self, raw: Mapping[str, Any], place: str) -> Duration:
        if "timeout" in raw:
            return self.duration(raw["timeout"], place)
        self.problem(_("%(place)s needs “timeout”: without it a run might wait for ever."), place=place)
        return Duration()

    def until_event(self, raw: Mapping[str, Any], step_id: str, place: str) -> Step:
        self.only(raw, ("events", "timeout", "since", "otherwise"), place)
        ways = tuple(self.many(raw.get("events", []), _("%(place)s: “events”") % {"place": place}, self.way))
        if not ways:
            self.problem(_("%(place)s needs “events”: at least one that is waited for."), place=place)
        return UntilEvent(
            id=step_id,
            ways=ways,
            timeout=self.timeout(raw, place),
            since_entry=self.word(raw, "since", ("step", "entry"), place) == "entry",
            otherwise=str(raw.get("otherwise", NEXT)),
        )

    def way(self, raw: Mapping[str, Any], place: str) -> Way:
        self.only(raw, (*HAPPENING, "then"), place)
        return Way(Happening(**self.happening(raw, place)), str(raw.get("then", NEXT)))

    def until_condition(self, raw: Mapping[str, Any], step_id: str, place: str) -> Step:
        self.only(raw, ("ask", "on", "timeout", "then", "otherwise"), place)
        return UntilCondition(
            id=step_id,
            question=self.asked(raw.get("ask"), place),
            timeout=self.timeout(raw, place),
            wakes=tuple(self.many(raw.get("on", []), _("%(place)s: “on”") % {"place": place}, self.wake)),
            then=str(raw.get("then", NEXT)),
            otherwise=str(raw.get("otherwise", STOP)),
        )
