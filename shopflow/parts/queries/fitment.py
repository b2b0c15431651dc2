# ruff: noqa: S608 - the SQL is put together from table names and placeholders only
"""Which parts fit a vehicle. Every read is one query over indexes, whatever the number of fitments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import BooleanField, Case, Exists, F, Func, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shopflow.parts.models import PartFitment, PartRecord, PartVinPattern, VehicleType
from shopflow.parts.vehicle_keys import BadKey, Vehicle, read_keys

SHOWN_MATCHES = 8
"""How many variants of the chosen vehicle a verdict names."""


class Fit(StrEnum):
    FITS = "fits"
    NOT = "not"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """Whether a part fits the chosen vehicle; ``reason`` is a sentence for the customer, ``variants`` what it fits."""

    fit: Fit
    vehicle: Vehicle
    reason: str
    variants: tuple[str, ...] = ()


class _Like(Func):
    """SQL's LIKE, whose ``_`` stands for any character, with the pattern in a column."""

    arg_joiner = " LIKE "
    template = "(%(expressions)s)"
    output_field = BooleanField()
    conditional = True


def fitments_of(vehicle: Vehicle, *, any_year: bool = False) -> QuerySet[PartFitment]:
    """Fitments by the vehicle's type keys; none when they name no type. Open years fit every year."""
    hsn = vehicle.hsn if vehicle.is_typed else ""  # no fitment has an empty one
    found = PartFitment.objects.filter(hsn=hsn, tsn=vehicle.tsn)
    return found if any_year else found.filter(_in_years(vehicle.year))


def vin_patterns_of(vehicle: Vehicle) -> QuerySet[PartVinPattern]:
    """Patterns that the vehicle's VIN follows, found by the few prefixes that it can have."""
    if not vehicle.vin:
        return PartVinPattern.objects.none()
    prefixes = [vehicle.vin[:length] for length in range(1, 18)]
    found = PartVinPattern.objects.filter(_in_years(vehicle.year), prefix__in=prefixes)
    return found.filter(_Like(Value(vehicle.vin), Concat(F("pattern"), Value("%"))))


def fitting_products(vehicle: Vehicle) -> QuerySet[Any, Any]:
    """Ids of the products that fit, to be used inside another query (``product_id__in=…``)."""
    by_keys = fitments_of(vehicle).values("part__product_id")
    if not vehicle.vin:
        return by_keys
    by_vin = vin_patterns_of(vehicle).values("part__product_id")
    return by_keys.union(by_vin) if vehicle.is_typed else by_vin


def parts_for_vehicle(*, hsn: str, tsn: str) -> QuerySet[PartRecord]:
    """Parts that fit the vehicle with these type keys, in any spelling; none for keys that cannot be read."""
    try:
        keys = read_keys(hsn, tsn)
    except BadKey:
        return PartRecord.objects.none()
    fitting = PartFitment.objects.filter(hsn=keys[0], tsn=keys[1]).values("part_id")
    return PartRecord.objects.filter(pk__in=fitting).select_related("brand", "product")


def verdicts(product_ids: Iterable[int], vehicle: Vehicle) -> dict[int, Fit]:
    """Fits, does not fit, or nobody knows, for those of these products that are parts. One query."""
    wanted = set(product_ids)
    by_keys = Exists(fitments_of(vehicle).filter(part=OuterRef("pk")))
    by_vin = Exists(vin_patterns_of(vehicle).filter(part=OuterRef("pk")))
    rows = PartRecord.objects.filter(product_id__in=wanted).annotate(
        fits=Case(When(by_keys | by_vin, then=Value(True)), default=Value(False)),
        comparable=Case(When(_is_comparable(vehicle), then=Value(True)), default=Value(False)),
    ).values_list("product_id", "fits", "comparable")  # fmt: skip
    return {
        product_id: Fit.FITS if fits else Fit.NOT if comparable else Fit.UNKNOWN
        for product_id, fits, comparable in rows
    }


def _is_comparable(vehicle: Vehicle) -> Any:
    """Whether the part says of any vehicle, in the terms by which the chosen one is known, that it fits."""
    by_keys = Exists(PartFitment.objects.filter(part=OuterRef("pk")))
    by_vin = Exists(PartVinPattern.objects.filter(part=OuterRef("pk")))
    if vehicle.is_typed and vehicle.vin:
        return by_keys | by_vin
    if vehicle.is_typed or vehicle.vin:
        return by_keys if vehicle.is_typed else by_vin
    return Q(pk__in=())


def verdict(product_id: int, vehicle: Vehicle) -> Verdict:
    """The one clear line of the product page, in two queries; three when the year decides."""
    fit = verdicts([product_id], vehicle).get(product_id, Fit.UNKNOWN)
    if fit is Fit.UNKNOWN:
        return Verdict(fit, vehicle, _why_unknown(vehicle))
    matches = fitments_of(vehicle, any_year=True).filter(part__product_id=product_id)
    rows = list(matches.order_by("model", "year_from")[: SHOWN_MATCHES + 1])
    if fit is Fit.NOT:
        return Verdict(fit, vehicle, _why_not(vehicle, rows))
    return Verdict(fit, vehicle, _why_it_fits(vehicle, rows), _variants(rows))


def _why_it_fits(vehicle: Vehicle, same_keys: list[PartFitment]) -> str:
    """With the years where only they decide and the vehicle's is not known."""
    limited = not vehicle.year and not vehicle.vin and all(row.year_from or row.year_to for row in same_keys)
    if not limited:
        return _("According to its maker this part fits your vehicle.")
    years = dict.fromkeys(years_of(row.year_from, row.year_to) for row in same_keys)
    return _(
        "According to its maker this part fits your vehicle if it is of the years %(years)s. "
        "Please compare the date in field B of your papers."
    ) % {"years": ", ".join(years)}


def _why_unknown(vehicle: Vehicle) -> str:
    if not (vehicle.is_typed or vehicle.vin):
        return _("Your type keys name no type of vehicle. Please compare the part number, or ask us.")
    return _("We hold no list of vehicles for this part. Please compare the part number, or ask us.")


def _why_not(vehicle: Vehicle, same_keys: list[PartFitment]) -> str:
    if same_keys:
        years = ", ".join(years_of(row.year_from, row.year_to) for row in same_keys)
        return _("It fits your model of the years %(years)s; you have entered %(year)s.") % {
            "years": years,
            "year": vehicle.year,
        }
    return _("The list of vehicles for this part does not name yours.")


def _variants(rows: list[PartFitment]) -> tuple[str, ...]:
    """Named only where one type key stands for several vehicles: then year and engine must be compared."""
    named = dict.fromkeys(
        f"{row.model} ({years_of(row.year_from, row.year_to)})" if row.year_from or row.year_to else row.model
        for row in rows
        if row.model
    )
    return tuple(named)[:SHOWN_MATCHES]


def years_of(first: int, last: int) -> str:
    """„2011–2014“, „2011–“, „–2014“."""
    return f"{first or ''}–{last or ''}" if first != last else str(first)


def with_model_name(vehicle: Vehicle) -> Vehicle:
    """The vehicle with the name that fitments give its keys; several names become the first and how many more."""
    if not vehicle.is_typed:
        return vehicle
    rows = VehicleType.objects.filter(_in_years(vehicle.year), hsn=vehicle.hsn, tsn=vehicle.tsn).exclude(model="")
    names = list(dict.fromkeys(rows.order_by("model").values_list("model", flat=True)[:50]))
    if not names:
        return vehicle
    more = len(names) - 1
    name = names[0] if not more else ngettext("%(name)s and %(n)s more", "%(name)s and %(n)s more", more) % {
        "name": names[0],
        "n": more,
    }  # fmt: skip
    return vehicle.named(name)


def _in_years(year: int) -> Q:
    if not year:
        return Q()
    return (Q(year_from=0) | Q(year_from__lte=year)) & (Q(year_to=0) | Q(year_to__gte=year))


def fitting_sql(vehicle: Vehicle) -> tuple[str, dict[str, object]]:
    """SQL for the ids of the products that fit, with named parameters, for statements written by hand."""
    fitment, vin, part = PartFitment._meta.db_table, PartVinPattern._meta.db_table, PartRecord._meta.db_table
    years = ""
    params: dict[str, object] = {}
    if vehicle.year:
        years = "AND f.year_from <= %(fit_year)s AND (f.year_to = 0 OR f.year_to >= %(fit_year)s)"
        params["fit_year"] = vehicle.year
    selects = []
    if vehicle.is_typed:
        params |= {"fit_hsn": vehicle.hsn, "fit_tsn": vehicle.tsn}
        selects.append(f"{fitment} f ON f.part_id = p.id WHERE f.hsn = %(fit_hsn)s AND f.tsn = %(fit_tsn)s {years}")
    if vehicle.vin:
        prefixes = {f"fit_vin{length}": vehicle.vin[:length] for length in range(1, 18)}
        params |= {"fit_vin": vehicle.vin, **prefixes}
        among = ", ".join(f"%({name})s" for name in prefixes)
        selects.append(
            f"{vin} f ON f.part_id = p.id WHERE f.prefix IN ({among}) AND %(fit_vin)s LIKE f.pattern || '%%' {years}"
        )
    if not selects:
        return f"SELECT p.product_id FROM {part} p WHERE 1 = 0", params
    return " UNION ".join(f"SELECT p.product_id FROM {part} p JOIN {select}" for select in selects), params
