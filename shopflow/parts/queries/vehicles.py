"""Choosing a vehicle by make and model: from the vehicles that parts in this shop name."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db.models import Max, Min

from shopflow.parts.makers import KNOWN_MAKERS
from shopflow.parts.models import GarageVehicle, VehicleMaker, VehicleType
from shopflow.parts.queries.fitment import years_of

SECONDS = 300
MAX_MODELS = 2000
MAX_TYPES = 400


def makes() -> dict[str, list[str]]:
    """HSNs by maker's name, sorted by name; only makers with parts here. At most two queries, cached."""
    found: dict[str, list[str]] | None = cache.get("shopflow:parts:makes")
    if found is None:
        own = dict(VehicleMaker.objects.values_list("hsn", "name"))
        found = {}
        for hsn in VehicleType.objects.order_by("hsn").values_list("hsn", flat=True).distinct():
            name = own.get(hsn) or KNOWN_MAKERS.get(hsn) or f"HSN {hsn}"
            found.setdefault(name, []).append(hsn)
        found = dict(sorted(found.items(), key=lambda item: (item[0].startswith("HSN "), item[0].casefold())))
        cache.set("shopflow:parts:makes", found, SECONDS)
    return found


def forget_makes() -> None:
    cache.delete("shopflow:parts:makes")


def models_of(make: str) -> list[str]:
    """Names of a maker's models, sorted; empty for an unknown maker. One query."""
    hsns = makes().get(make, [])
    names = VehicleType.objects.filter(hsn__in=hsns).exclude(model="").order_by("model")
    return list(names.values_list("model", flat=True).distinct()[:MAX_MODELS]) if hsns else []


def types_of(make: str, model: str) -> list[tuple[int, str]]:
    """Ids and descriptions of a model's variants, one per type key: years and keys. One query."""
    hsns = makes().get(make, [])
    if not hsns or not model:
        return []
    rows = VehicleType.objects.filter(hsn__in=hsns, model=model).order_by("hsn", "tsn").values_list("hsn", "tsn")
    grouped = rows.annotate(
        first=Min("pk"), begins=Min("year_from"), ends=Max("year_to"), still=Min("year_to")
    ).values_list("first", "hsn", "tsn", "begins", "ends", "still")
    found = [(pk, begins, 0 if still == 0 else ends, f"{hsn}/{tsn}") for pk, hsn, tsn, begins, ends, still in grouped]
    found.sort(key=lambda row: (row[1], row[3]))
    return [(pk, _described(begins, ends, keys)) for pk, begins, ends, keys in found[:MAX_TYPES]]


def vehicle_type(pk: int) -> VehicleType | None:
    return VehicleType.objects.filter(pk=pk).first() if 0 < pk < 2**63 else None


def garage_of(user: Any) -> list[GarageVehicle]:
    """The vehicles that a customer keeps; none for visitors."""
    return list(GarageVehicle.objects.filter(user=user).prefetch_related("dates")) if user.is_authenticated else []


def _described(first: int, last: int, keys: str) -> str:
    return f"{years_of(first, last)} · {keys}" if first or last else keys
