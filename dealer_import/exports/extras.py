"""Fields that few parts have, as columns of the export that the import reads again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter

from django.db.models import Prefetch

from shopflow.parts.extra_fields import MANUFACTURER, RELATIONS
from shopflow.parts.models import (
    Brand,
    PartFile,
    PartModelPattern,
    PartPriceTier,
    PartRecord,
    PartRelation,
    PartVinPattern,
)

EXTRA_COLUMNS: dict[str, tuple[str, ...]] = {
    "price_kind": ("Preisart",),
    "valid_to": ("gültig bis",),
    "price_tiers": ("Staffelpreise",),
    "content": ("Inhalt",),
    "content_unit": ("Inhalt Einheit",),
    "features": ("Merkmale",),
    "images": ("weitere Bilder",),
    "documents": ("weitere Dokumente",),
    "manufacturer": ("Hersteller (GPSR)",),
    "manufacturer_address": ("Hersteller Anschrift",),
    "manufacturer_contact": ("Hersteller Kontakt",),
    "manufacturer_in_eu": ("Hersteller in EU",),
    "responsible": ("Verantwortliche Person",),
    "responsible_address": ("Verantwortliche Person Anschrift",),
    "responsible_contact": ("Verantwortliche Person Kontakt",),
    "safety_text": ("Sicherheitshinweise",),
    "hazard_class": ("Gefahrgutklasse",),
    "packing_group": ("Verpackungsgruppe",),
    "limited_quantity": ("LQ",),
    "approval_kind": ("Genehmigung",),
    "approval_number": ("Prüfzeichen",),
    "approval_note": ("Auflagen",),
    "core_taxed": ("Altteilsteuer",),
    "kit": ("Satzinhalt",),
    "alternatives": ("Alternativen",),
    "needed": ("Wird benötigt",),
    "accessories": ("Zubehör",),
    "vin_patterns": ("FIN-Muster",),
    "model_patterns": ("Modellmuster",),
    "order_multiple": ("Abnahme zu",),
    "goods_class": ("Warenart",),
    "sale_restriction": ("Verkauf an",),
    "pickup_only": ("nur Abholung",),
    "season": ("Saison",),
}
"""Field → column of the export."""
RELATED = (
    Prefetch("files", PartFile.objects.order_by("kind", "position", "pk")),
    Prefetch("price_tiers", PartPriceTier.objects.order_by("quantity")),
    Prefetch("relations", PartRelation.objects.select_related("related__brand").order_by("kind", "position", "pk")),
    Prefetch("vin_patterns", PartVinPattern.objects.order_by("pk")),
    Prefetch("model_patterns", PartModelPattern.objects.order_by("pk")),
)
"""What is read beside the parts, in one query each for all of a batch."""
SPLITS = {
    "images": "|",
    "documents": "|",
    "features": "|",
    "price_tiers": "|",
    "vin_patterns": "|",
    "model_patterns": "|",
    **dict.fromkeys(RELATIONS, "|"),
}
YES = "ja"


class Waiting:
    """Parts that deliveries of ``parts`` have named, as contents of a kit and so on, and that the shop does not have.

    They belong into an export: the link comes about once the part does. Two queries at most.
    """

    def __init__(self, parts: Sequence[PartRecord]) -> None:
        named = {(code, key) for part in parts for field in RELATIONS for code, key, _number in _named(part, field)}
        self._absent: set[tuple[str, str]] = set()
        self._brands: dict[str, str] = {}
        if named:
            known = PartRecord.objects.filter(number_key__in={key for _code, key in named})
            self._absent = named.difference(known.values_list("brand__code", "number_key"))
        if self._absent:
            codes = {code for code, _key in self._absent}
            self._brands = dict(Brand.objects.filter(code__in=codes).values_list("code", "name"))

    def texts(self, part: PartRecord, field: str) -> list[tuple[int, str]]:
        """Those of one part, each with its place in the list."""
        return [
            (place, ("" if code == part.brand.code else f"{self._brands.get(code, code)}:") + _times(key, number))
            for place, (code, key, number) in enumerate(_named(part, field), 1)
            if (code, key) in self._absent
        ]


def _named(part: PartRecord, field: str) -> list[tuple[str, str, int]]:
    return [(str(code), str(key), int(number)) for code, key, number in part.imported_extras.get(field, ())]


def extra_texts(part: PartRecord, waiting: Waiting) -> dict[str, str]:
    """The part's values as texts, by field."""
    return {**_about(part), **_law(part), **_maker(part), **_lists(part, waiting)}


def _about(part: PartRecord) -> dict[str, str]:
    return {
        "price_kind": "on_request" if part.is_on_request else "",
        "valid_to": part.price_valid_to.strftime("%d.%m.%Y") if part.price_valid_to else "",
        "content": _milli(part.content_milli) if part.content_milli else "",
        "content_unit": part.content_unit,
        "features": "|".join(f"{name}={value}" for name, value in part.features),
        "order_multiple": str(part.order_multiple) if part.order_multiple > 1 else "",
        "goods_class": part.goods_class,
        "sale_restriction": part.sale_restriction,
        "pickup_only": YES if part.pickup_only else "",
        "season": f"{part.season_from}-{part.season_to}" if part.season_from else "",
    }


def _law(part: PartRecord) -> dict[str, str]:
    return {
        "safety_text": part.safety_text,
        "hazard_class": part.hazard_class,
        "packing_group": part.packing_group,
        "limited_quantity": YES if part.limited_quantity else "",
        "approval_kind": part.approval_kind,
        "approval_number": part.approval_number,
        "approval_note": part.approval_note,
        "core_taxed": YES if part.core_taxed else "",
    }


def _maker(part: PartRecord) -> dict[str, str]:
    maker = part.manufacturer
    if maker is None:
        return dict.fromkeys(MANUFACTURER, "")
    found = {name: str(getattr(maker, column)) for name, column in MANUFACTURER.items()}
    return {**found, "manufacturer_in_eu": "" if maker.is_in_eu else "nein"}


def _lists(part: PartRecord, waiting: Waiting) -> dict[str, str]:
    found = {
        "images": _names(part, PartFile.Kind.PICTURE),
        "documents": _names(part, PartFile.Kind.DOCUMENT),
        "price_tiers": "|".join(_tier(part, tier) for tier in part.price_tiers.all()),
        "vin_patterns": "|".join(
            f"{row.pattern} {_years(row.model, row.year_from, row.year_to)}".strip() for row in part.vin_patterns.all()
        ),
        "model_patterns": "|".join(
            _years(row.pattern, row.year_from, row.year_to) for row in part.model_patterns.all()
        ),
    }
    for field, kind in RELATIONS.items():
        related = [(row.position, _related(part, row)) for row in part.relations.all() if row.kind == kind]
        placed = sorted(related + waiting.texts(part, field), key=itemgetter(0))
        found[field] = "|".join(text for _place, text in placed)
    return found


def _names(part: PartRecord, kind: str) -> str:
    return "|".join(row.name for row in part.files.all() if row.kind == kind)


def _tier(part: PartRecord, tier: PartPriceTier) -> str:
    """As it was delivered, if it was; otherwise reckoned back from the price of one sale."""
    for quantity, cents in _delivered(part.imported_extras.get("price_tiers", ())):
        if -(-quantity // part.sales_qty) == tier.quantity:
            return f"{quantity}={cents // 100},{cents % 100:02d}"
    cents = (2 * tier.net_cents * part.price_per + part.sales_qty) // (2 * part.sales_qty)
    return f"{tier.quantity * part.sales_qty}={cents // 100},{cents % 100:02d}"


def _delivered(tiers: Iterable[object]) -> list[tuple[int, int]]:
    return [(int(tier[0]), int(tier[1])) for tier in tiers if isinstance(tier, list)]


def _related(part: PartRecord, row: PartRelation) -> str:
    other = row.related
    brand = f"{other.brand.name}:" if other.brand_id != part.brand_id else ""
    return brand + _times(other.number_display, row.quantity)


def _times(number: str, quantity: int) -> str:
    return f"{number}*{quantity}" if quantity > 1 else number


def _years(name: str, first: int, last: int) -> str:
    return f"{name} ({first or ''}-{last or ''})".strip() if first or last else name


def _milli(milli: int) -> str:
    return f"{milli // 1000},{milli % 1000:03d}"
