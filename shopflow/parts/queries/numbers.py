"""Parts by any of their numbers, a part's data for the product page, and its lowest price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from django.db.models import Q, QuerySet

from shopflow.core import clock
from shopflow.core.memo import once_per_request
from shopflow.parts.models import PartRecord, PartReference, PriceHistory
from shopflow.parts.numbers import number_key


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
    vehicles: tuple[FittingVehicle, ...]
    successors: tuple[PartRecord, ...]


def parts_by_number(text: str) -> QuerySet[PartRecord]:
    """Parts whose own number is ``text``, however it is spelled; several brands may share a number."""
    return PartRecord.objects.filter(number_key=number_key(text)).select_related("brand", "product")


def parts_by_reference(text: str, *, kind: str = PartReference.Kind.OE) -> QuerySet[PartRecord]:
    """Parts that stand for the reference number ``text`` (by default an OE number)."""
    found = PartReference.objects.filter(kind=kind, number_key=number_key(text)).values("part_id")
    return PartRecord.objects.filter(pk__in=found).select_related("brand", "product")


def parts_by_any_number(text: str) -> QuerySet[PartRecord]:
    """Parts found by their own number or by any reference number."""
    key = number_key(text)
    referenced = PartReference.objects.filter(number_key=key).values("part_id")
    return PartRecord.objects.filter(Q(number_key=key) | Q(pk__in=referenced)).select_related("brand", "product")


@once_per_request
def part_of_product(product_id: int) -> PartRecord | None:
    """The part data of a product, or None for a product that is no part."""
    return PartRecord.objects.select_related("brand").filter(product_id=product_id).first()


def part_data(product_id: int) -> PartData | None:
    """Everything the product page says of the part, in four queries; None for a product that is no part."""
    record = part_of_product(product_id)
    if record is None:
        return None
    oe = record.references.filter(kind=PartReference.Kind.OE).order_by("number_key")
    successors = PartRecord.objects.filter(predecessions__part=record).order_by("predecessions__position")
    return PartData(
        record=record,
        oe_numbers=tuple(oe.values_list("number_display", flat=True)),
        vehicles=tuple(_vehicles(record)),
        successors=tuple(successors.select_related("brand", "product")),
    )


def _vehicles(record: PartRecord) -> list[FittingVehicle]:
    rows = record.fitments.order_by("model", "year_from", "year_to", "hsn", "tsn")
    grouped = groupby(rows, key=lambda fit: (fit.model, fit.year_from, fit.year_to))
    return [FittingVehicle(*what, keys=tuple(f"{fit.hsn}/{fit.tsn}" for fit in fits)) for what, fits in grouped]


def lowest_net_cents(part: PartRecord, *, current_net_cents: int, days: int = 30) -> int:
    """The lowest net price of the last ``days`` days in cents per sale (§ 11 PAngV), the current one included."""
    since = clock.now() - timedelta(days=days)
    changes = PriceHistory.objects.filter(part=part, valid_from__gte=since)
    prices = [current_net_cents]
    for change in changes:
        prices += [change.old_net_cents, change.new_net_cents]
    return min(prices)
