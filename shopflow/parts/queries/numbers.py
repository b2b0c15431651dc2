"""Parts by any of their numbers, a part's data for the product page, and its lowest price."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from shopflow.core.memo import once_per_request
from shopflow.parts.models import (
    CurrentPart,
    PartDocument,
    PartFile,
    PartFitment,
    PartModelPattern,
    PartPriceTier,
    PartRecord,
    PartReference,
    PartRelation,
)
from shopflow.parts.numbers import possible_keys
from shopflow.parts.queries.goods import goods_class_of
from shopflow.parts.queries.succession import Succession, former_numbers, superseded_by


@dataclass(frozen=True, slots=True)
class FittingVehicle:
    """One model in the fitment table, with all its type keys. Years are 0 when open."""

    model: str
    year_from: int
    year_to: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartData:
    """Everything that the product page says of a part."""

    record: PartRecord
    oe_numbers: tuple[str, ...]
    other_numbers: tuple[PartReference, ...]
    vehicles: tuple[FittingVehicle, ...]
    succession: Succession | None
    former: tuple[str, ...]
    relations: tuple[PartRelation, ...]
    documents: tuple[PartDocument, ...]
    goods_class: str
    patterns: tuple[PartModelPattern, ...] = ()


def parts_by_number(text: str) -> QuerySet[PartRecord]:
    """Parts whose own number is ``text``, however it is spelled; several brands may share a number."""
    return PartRecord.objects.filter(number_key__in=possible_keys(text)).select_related("brand", "product")


def parts_by_reference(text: str, *, kind: str = PartReference.Kind.OE) -> QuerySet[PartRecord]:
    """Parts that stand for the reference number ``text`` (by default an OE number)."""
    found = PartReference.objects.filter(kind=kind, number_key__in=possible_keys(text)).values("part_id")
    return PartRecord.objects.filter(pk__in=found).select_related("brand", "product")


def parts_by_any_number(text: str) -> QuerySet[PartRecord]:
    """Parts found by their own number or by any reference number."""
    keys = possible_keys(text)
    referenced = PartReference.objects.filter(number_key__in=keys).values("part_id")
    return PartRecord.objects.filter(Q(number_key__in=keys) | Q(pk__in=referenced)).select_related("brand", "product")


@once_per_request
def part_of_product(product_id: int) -> PartRecord | None:
    """The part data of a product with brand and manufacturer, or None for a product that is no part. One query.

    ``has_…`` say what else there is to read of it, so that nothing is asked for in vain.
    """
    found = PartRecord.objects.select_related("brand__manufacturer", "manufacturer").annotate(**_what_there_is())
    return found.filter(product_id=product_id).first()


@cache
def _what_there_is() -> dict[str, RawSQL]:
    """As SQL that is put together once: for Django's query compiler it would be a third of reading a product."""
    part = PartRecord._meta.db_table
    document, files = PartDocument._meta.db_table, PartFile._meta.db_table
    listed = PartDocument.parts.through._meta.db_table
    files_of = f"SELECT f.name FROM {files} f WHERE f.part_id = {part}.id AND f.kind = 'document'"  # noqa: S608
    listed_of = f"SELECT l.partdocument_id FROM {listed} l WHERE l.partrecord_id = {part}.id"  # noqa: S608
    documents = f"d.id IN ({listed_of}) OR d.name = {part}.document_name OR d.name IN ({files_of})"
    return {
        "has_numbers": _has(PartReference, f"x.part_id = {part}.id"),
        "has_vehicles": _has(PartFitment, f"x.part_id = {part}.id"),
        "has_current": _has(CurrentPart, f"x.part_id = {part}.id"),
        "has_former": _has(CurrentPart, f"x.current_id = {part}.id"),
        "has_relations": _has(PartRelation, f"x.part_id = {part}.id"),
        "has_documents": RawSQL(f"EXISTS(SELECT 1 FROM {document} d WHERE {documents})", ()),  # noqa: S608, S611  # nosec B611 - our own names
        "has_tiers": _has(PartPriceTier, f"x.part_id = {part}.id"),
        "has_patterns": _has(PartModelPattern, f"x.part_id = {part}.id"),
    }


def _has(model: Any, condition: str) -> RawSQL:
    table = model._meta.db_table
    return RawSQL(f"EXISTS(SELECT 1 FROM {table} x WHERE {condition})", (), BooleanField())  # noqa: S608, S611  # nosec B611 - our own names


@once_per_request
def part_data(product_id: int) -> PartData | None:
    """Everything the product page says of the part; None for a product that is no part.

    One query, one for the kind of goods, and one for each of the lists that the part really has.
    """
    record: Any = part_of_product(product_id)
    if record is None:
        return None
    numbers = list(record.references.order_by("kind", "number_key")) if record.has_numbers else []
    relations = record.relations.select_related("related__product", "related__brand")
    named = PartFile.objects.filter(part=record, kind="document").values("name")
    documents = PartDocument.objects.filter(
        Q(parts=record) | Q(name=record.document_name) | Q(name__in=named)
    ).distinct()
    return PartData(
        record=record,
        oe_numbers=tuple(row.number_display for row in numbers if row.kind == PartReference.Kind.OE),
        other_numbers=tuple(row for row in numbers if row.kind != PartReference.Kind.OE),
        vehicles=tuple(_vehicles(record)) if record.has_vehicles else (),
        succession=superseded_by([record.pk]).get(record.pk) if record.has_current else None,
        former=tuple(former_numbers(record)) if record.has_former else (),
        relations=tuple(relations) if record.has_relations else (),
        documents=tuple(documents) if record.has_documents else (),
        patterns=tuple(record.model_patterns.all()) if record.has_patterns else (),
        goods_class=goods_class_of(record),
    )


def _vehicles(record: PartRecord) -> list[FittingVehicle]:
    rows = record.fitments.order_by("model", "year_from", "year_to", "hsn", "tsn")
    grouped = groupby(rows, key=lambda fit: (fit.model, fit.year_from, fit.year_to))
    return [FittingVehicle(*what, keys=tuple(f"{fit.hsn}/{fit.tsn}" for fit in fits)) for what, fits in grouped]
