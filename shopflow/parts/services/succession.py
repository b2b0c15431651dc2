# ruff: noqa: S608 - the SQL is put together from table names and fixed words only
"""Resolving chains of successors: to the parts that are sold today, however many renumberings lie between."""

from __future__ import annotations

from django.db import transaction

from shopflow.parts.models import CurrentPart, PartRecord, PartSuccession
from shopflow.parts.services.sql import execute

Kind = PartSuccession.Kind
STRENGTH = (Kind.TRANSCODE, Kind.SAME, Kind.ONE_WAY, Kind.CHOICE, Kind.KIT)
"""Kinds from the closest to the loosest replacement; a chain is as loose as its loosest link."""

SUCCESSION, CURRENT = PartSuccession._meta.db_table, CurrentPart._meta.db_table


def _strength(column: str) -> str:
    whens = " ".join(f"WHEN '{kind.value}' THEN {strength}" for strength, kind in enumerate(STRENGTH))
    return f"CASE {column} {whens} ELSE 1 END"


def _kind(column: str) -> str:
    whens = " ".join(f"WHEN {strength} THEN '{kind.value}'" for strength, kind in enumerate(STRENGTH))
    return f"CASE {column} {whens} END"


MANY = STRENGTH.index(Kind.CHOICE)
"""From here on a kind speaks of several parts."""
LINK = f"""CASE WHEN s.kind <> '{Kind.KIT.value}' AND EXISTS (
        SELECT 1 FROM {SUCCESSION} o WHERE o.part_id = s.part_id AND o.successor_id <> s.successor_id)
    THEN {MANY} ELSE {_strength("s.kind")} END"""
"""SQL for the strength of the link ``s``."""
MIXED = f"({LINK} >= {MANY} AND w.strength >= {MANY} AND {LINK} <> w.strength)"
"""SQL: the link ``s`` and the chain ``w`` behind it speak of several parts, one of a kit, the other of alternatives."""


class SuccessionLoop(ValueError):
    """The wanted successor leads back to the part itself."""


def resolve_successions() -> int:
    """Bring :class:`CurrentPart` up to date with all successions; returns how many rows changed.

    Walks from the ends of the chains backwards, so that a chain of thousands costs one step per link. What lies on a
    loop has no end and gets no row. Several successors are alternatives unless they are a kit; where a kit holds a
    part that alternatives replace, or the other way round, the chain stops at that part: one list cannot say both.
    """
    wanted = f"""WITH RECURSIVE walk(part_id, current_id, strength) AS (
            SELECT s.part_id, s.successor_id, {LINK} FROM {SUCCESSION} s
            WHERE NOT EXISTS (SELECT 1 FROM {SUCCESSION} further WHERE further.part_id = s.successor_id)
            UNION
            SELECT s.part_id, CASE WHEN {MIXED} THEN w.part_id ELSE w.current_id END,
                   CASE WHEN {LINK} > w.strength OR {MIXED} THEN {LINK} ELSE w.strength END
            FROM walk w JOIN {SUCCESSION} s ON s.successor_id = w.part_id
        ), wanted AS (
            SELECT part_id, current_id, {_kind("MAX(strength)")} AS kind FROM walk GROUP BY part_id, current_id
        )"""
    rows = f"{wanted} SELECT part_id, current_id, kind FROM wanted"
    with transaction.atomic():
        changed = execute(f"DELETE FROM {CURRENT} WHERE (part_id, current_id, kind) NOT IN ({rows})")
        return changed + execute(
            f"INSERT INTO {CURRENT} (part_id, current_id, kind) {rows} WHERE TRUE "
            "ON CONFLICT (part_id, current_id) DO NOTHING"
        )


@transaction.atomic
def set_successors(*, part: PartRecord, successors: list[PartRecord], kind: str) -> None:
    """Say what replaces ``part``; an empty list says that nothing does. Raises :class:`SuccessionLoop`."""
    wanted = {successor.pk for successor in successors}
    if _leads_back(part.pk, wanted):
        raise SuccessionLoop(part.number_display)
    PartSuccession.objects.filter(part=part).delete()
    PartSuccession.objects.bulk_create(
        PartSuccession(part=part, successor=successor, kind=Kind(kind), position=position)
        for position, successor in enumerate(successors)
    )
    resolve_successions()


def _leads_back(part_id: int, starts: set[int]) -> bool:
    """Whether any chain from ``starts`` meets ``part_id``; one query per step, all branches at once."""
    seen: set[int] = set()
    ahead = starts
    while ahead:
        if part_id in ahead:
            return True
        seen |= ahead
        following = PartSuccession.objects.filter(part_id__in=ahead).values_list("successor_id", flat=True)
        ahead = set(following) - seen
    return False
