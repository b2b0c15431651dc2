"""What replaced a part: the resolved end of its chain, and the old numbers that a part answers to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shopflow.parts.models import CurrentPart, PartRecord, PartSuccession
from shopflow.parts.numbers import possible_keys

Kind = PartSuccession.Kind
SHOWN_NUMBERS = 20


@dataclass(frozen=True)
class Succession:
    """A replaced part and what is sold in its place today. ``kind`` as in :class:`PartSuccession.Kind`.

    ``parts`` are all of a kit, or the ones to choose from; exactly one otherwise. Some may wait to go online.
    """

    old: PartRecord
    kind: str
    parts: tuple[PartRecord, ...]

    @property
    def is_kit(self) -> bool:
        return self.kind == Kind.KIT

    @property
    def is_choice(self) -> bool:
        return len(self.parts) > 1 and not self.is_kit

    @property
    def for_sale(self) -> tuple[PartRecord, ...]:
        """Those of them that customers can look at."""
        return tuple(part for part in self.parts if part.product.is_public)


def current_part(part: PartRecord) -> PartRecord:
    """The one part that stands for ``part`` today; ``part`` itself when nothing, or no single part, replaces it."""
    found = list(CurrentPart.objects.filter(part=part).select_related("current__brand", "current__product")[:2])
    return found[0].current if len(found) == 1 else part


def superseded_by(part_ids: Iterable[int]) -> dict[int, Succession]:
    """What replaces each of these parts; parts that nothing replaces are left out. One query."""
    rows = (
        CurrentPart.objects.filter(part_id__in=list(part_ids))
        .select_related("part__brand", "part__product", "current__brand", "current__product")
        .order_by("part_id", "current__number_key")
    )
    grouped: dict[int, list[CurrentPart]] = {}
    for row in rows:
        grouped.setdefault(row.part_id, []).append(row)
    return {
        part_id: Succession(found[0].part, found[0].kind, tuple(row.current for row in found))
        for part_id, found in grouped.items()
    }


def superseded_numbers(text: str) -> list[Succession]:
    """Replaced parts with the number ``text`` and what is sold today; several brands may share a number."""
    old = PartRecord.objects.filter(number_key__in=possible_keys(text), current_parts__isnull=False)
    return list(superseded_by(old.values_list("pk", flat=True).distinct()[:SHOWN_NUMBERS]).values())


def former_numbers(part: PartRecord) -> list[str]:
    """Numbers of the parts that ``part`` replaces, along the whole chain, the newest part's first."""
    rows = CurrentPart.objects.filter(current=part).order_by("-part_id")
    return list(rows.values_list("part__number_display", flat=True)[:SHOWN_NUMBERS])
