"""What parts lack before they may be public, for staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from shopflow.contracts.publishing import PublishingRequirement, publishing_requirements
from shopflow.parts.models import Brand, PartRecord, PublishingBlock
from shopflow.parts.numbers import number_key


@dataclass(frozen=True)
class Missing:
    """One missing item of a part; ``requirement`` is None when its plugin is gone."""

    block: PublishingBlock
    requirement: PublishingRequirement | None

    @property
    def label(self) -> Any:
        return self.requirement.label if self.requirement else self.block.requirement


def incomplete_parts(
    *, requirement: str = "", brand: str = "", source: str = "", text: str = "", binding: bool = False
) -> QuerySet[PartRecord]:
    """Parts that lack something, each with its items prefetched, by number."""
    blocks = Q()
    if requirement:
        blocks &= Q(requirement=requirement)
    if binding:
        blocks &= Q(is_binding=True)
    lacking = PublishingBlock.objects.order_by().filter(blocks).values("part_id")
    parts = PartRecord.objects.filter(pk__in=lacking)
    if brand:
        parts = parts.filter(brand__code=brand)
    if source:
        parts = parts.filter(source=source)
    if text:
        parts = parts.filter(Q(number_key__startswith=number_key(text)) | Q(product__title__icontains=text))
    items = Prefetch("publishing_blocks", queryset=PublishingBlock.objects.order_by("requirement"))
    return parts.select_related("brand", "product").prefetch_related(items).order_by("brand__name", "number_key")


def missing_items(part: PartRecord) -> list[Missing]:
    """What a part lacks; no query for a part of :func:`incomplete_parts`."""
    known = {requirement.code: requirement for requirement in publishing_requirements}
    return [Missing(block, known.get(block.requirement)) for block in part.publishing_blocks.all()]


def counts_by_requirement() -> dict[str, int]:
    """How many parts lack each item. One query."""
    rows = PublishingBlock.objects.order_by().values("requirement").annotate(n=Count("pk"))
    return {row["requirement"]: row["n"] for row in rows}


def blocked_count() -> int:
    """How many parts are kept from going online. One query."""
    return PublishingBlock.objects.filter(is_binding=True).values("part_id").distinct().count()


def brands_with_missing() -> QuerySet[Brand]:
    return Brand.objects.filter(parts__publishing_blocks__isnull=False).distinct()


def brand_overview() -> QuerySet[Brand]:
    """All brands with the number of their parts and their manufacturer. One query."""
    return Brand.objects.select_related("manufacturer").annotate(part_count=Count("parts")).order_by("name")


def import_sources_of_parts() -> list[str]:
    """Names of the import sources that keep parts. One query."""
    return list(PartRecord.objects.exclude(source="").order_by("source").values_list("source", flat=True).distinct())
