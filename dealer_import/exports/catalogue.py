"""The catalogue as a table that the import reads again: the same columns, units and words, nothing lost."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db.models import Prefetch, QuerySet
from oscar.core.loading import get_model

from dealer_import.exports.extras import EXTRA_COLUMNS, RELATED, Waiting, extra_texts
from dealer_import.exports.offers import OFFER_COLUMNS, Rules, list_price, offer_texts
from dealer_import.models import ScheduledPrice
from dealer_import.values import has_markup
from shopflow.parts.models import PartFitment, PartRecord, PartReference, PartSuccession

BATCH = 500
COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("Teile-Nr",),
    "brand": ("Fabrikat",),
    "title": ("Bezeichnung",),
    "description": ("Zusatztext",),
    "category": ("Warengruppe",),
    "gtin": ("EAN",),
    "unit": ("ME",),
    "pack_qty": ("VE",),
    "price_per": ("Preiseinheit",),
    "list_price": ("UPE netto",),
    "cost": ("EK netto",),
    "discount_group": ("Rabattgruppe",),
    "tax": ("MwSt",),
    "core_deposit": ("Altteilpfand",),
    "battery_deposit": ("Batteriepfand",),
    "reserved": ("Reserviert",),
    "lead_days": ("Lieferzeit Tage",),
    "successor": ("Ersetzt durch",),
    "succession_kind": ("ErsArt",),
    "oe_numbers": ("OE-Nummern",),
    "supplier_numbers": ("Lieferanten-Nummern",),
    "trade_numbers": ("Handels-Nummern",),
    "former_numbers": ("Alte Nummern",),
    "fitment": ("HSN/TSN",),
    "models": ("Modelle",),
    "un_number": ("Gefahrgut",),
    "weight": ("Gewicht kg",),
    "dimensions": ("LxBxH mm",),
    "customs_no": ("Zolltarif",),
    "origin": ("Ursprung",),
    "image": ("Bild",),
    "document": ("Dokument",),
    "tyre_label": ("Reifenlabel",),
    "valid_from": ("gültig ab",),
    "status": ("Status",),
    **OFFER_COLUMNS,
    **EXTRA_COLUMNS,
}
"""Field → column of the export. Stock has a column for each location beside these."""
STOCK = "Bestand"
"""The column of the stock of parts whose locations are not known."""
TAX = {"standard": "19,00", "reduced": "7,00"}
STATUS = {"active": "A", "runout": "X", "gone": "E"}
SUCCESSION = {"same": "1", "one_way": "2", "kit": "3", "choice": "4"}
REFERENCES = {
    "oe_numbers": "oe",
    "supplier_numbers": "supplier",
    "trade_numbers": "trade",
    "former_numbers": "former",
}


def exported_parts(source: str = "") -> QuerySet[PartRecord]:
    """The parts that an export holds: those that the last delivery named, of one source or of all."""
    parts = PartRecord.objects.filter(missing=False).order_by("pk")
    return parts.filter(source=source) if source else parts


def locations(parts: QuerySet[PartRecord]) -> list[str]:
    """Names of all places that the parts lie at, in alphabetical order."""
    found: set[str] = set()
    for stock in parts.order_by().values_list("stock_by_location", flat=True).distinct().iterator(chunk_size=5000):
        found.update(stock or ())
    return sorted(found)


def header(places: Sequence[str]) -> list[str]:
    """The columns' names, the locations' last."""
    return [*(name for names in COLUMNS.values() for name in names), *(places or [STOCK])]


def rows(parts: QuerySet[PartRecord], places: Sequence[str]) -> Iterator[list[str]]:
    """One row per part, streaming, in a fixed number of queries for every 500."""
    category_path, rules = _category_paths(), Rules()
    keys = parts.values_list("pk", flat=True).iterator(chunk_size=5000)
    while batch := list(islice(keys, BATCH)):
        loaded = list(_loaded(batch))
        waiting = Waiting(loaded)
        for part in loaded:
            yield _row(part, places, category_path, rules, waiting)


def _loaded(keys: list[int]) -> QuerySet[PartRecord]:
    stocks = get_model("partner", "StockRecord").objects.order_by("pk")
    links = get_model("catalogue", "ProductCategory").objects.order_by("pk")
    return (
        PartRecord.objects.filter(pk__in=keys)
        .select_related("brand", "product", "manufacturer")
        .prefetch_related(
            Prefetch("references", PartReference.objects.order_by("pk")),
            Prefetch("fitments", PartFitment.objects.order_by("pk")),
            Prefetch("successions", PartSuccession.objects.select_related("successor").order_by("position")),
            *RELATED,
            Prefetch("scheduled_prices", ScheduledPrice.objects.filter(switched_at=None).order_by("valid_from")),
            Prefetch("product__stockrecords", stocks),
            Prefetch("product__productcategory_set", links),
        )
        .order_by("pk")
    )


def _category_paths() -> dict[int, str]:
    model = get_model("catalogue", "Category")
    names: dict[str, str] = {}
    found: dict[int, str] = {}
    for pk, path, name in model.objects.order_by("path").values_list("pk", "path", "name"):
        parent = names.get(path[: -model.steplen], "")
        names[path] = f"{parent} > {name}" if parent else name
        found[pk] = names[path]
    return found


def money(cents: int | None) -> str:
    """``2765`` → ``27,65``; empty for nothing."""
    return "" if cents is None else f"{cents // 100},{cents % 100:02d}"


def _row(
    part: PartRecord, places: Sequence[str], category_path: dict[int, str], rules: Rules, waiting: Waiting
) -> list[str]:
    values = {**_about(part), **_logistics(part), **_numbers(part), **extra_texts(part, waiting)}
    values |= offer_texts(part, rules.of(part.source))
    links = list(part.product.productcategory_set.all())
    values["category"] = category_path.get(links[0].category_id, "") if links else ""
    stock, reserved = _stock(part, places, in_pieces=rules.counts_pieces(part.source))
    values["reserved"] = reserved
    return [*(values[field] for field in COLUMNS), *stock]


def _about(part: PartRecord) -> dict[str, str]:
    return {
        "number": part.number_display,
        "brand": part.brand.name,
        "title": part.product.title,
        "description": description_text(part.product.description or ""),
        "gtin": part.product.upc or "",
        "unit": part.unit,
        "pack_qty": str(part.pack_qty),
        "price_per": str(part.price_per),
        "list_price": "" if part.is_on_request else money(list_price(part)),
        "cost": money(part.cost_cents),
        "discount_group": part.discount_group,
        "tax": TAX[part.tax_code],
        "core_deposit": money(part.core_deposit_cents),
        "battery_deposit": money(part.battery_deposit_gross_cents),
        "status": STATUS[part.status],
    }


def _logistics(part: PartRecord) -> dict[str, str]:
    size = (part.length_mm, part.width_mm, part.height_mm)
    return {
        "lead_days": "" if part.lead_days is None else str(part.lead_days),
        "un_number": part.un_number,
        "weight": "" if part.weight_g is None else f"{part.weight_g // 1000},{part.weight_g % 1000:03d}",
        "dimensions": "x".join(str(side) for side in size) if None not in size else "",
        "customs_no": part.customs_no,
        "origin": part.origin,
        "image": part.image_name,
        "document": part.document_name,
        "tyre_label": tyre_text(dict(part.attributes or {}).get("tyre")),
        "valid_from": part.valid_from.strftime("%d.%m.%Y") if part.valid_from else "",
    }


def _numbers(part: PartRecord) -> dict[str, str]:
    successions = list(part.successions.all())
    fitments = list(part.fitments.all())
    found = {
        field: ",".join(ref.number_display for ref in part.references.all() if ref.kind == kind)
        for field, kind in REFERENCES.items()
    }
    return {
        **found,
        "successor": "+".join(link.successor.number_display for link in successions),
        "succession_kind": SUCCESSION[successions[0].kind] if successions else "",
        "fitment": ",".join(f"{fit.hsn}/{fit.tsn}" for fit in fitments),
        "models": "|".join(_model(fit) for fit in fitments) if any(fit.model for fit in fitments) else "",
    }


def _model(fit: PartFitment) -> str:
    if not fit.year_from and not fit.year_to:
        return fit.model
    return f"{fit.model} ({fit.year_from or ''}-{fit.year_to or ''})"


def _stock(part: PartRecord, places: Sequence[str], *, in_pieces: bool) -> tuple[list[str], str]:
    """What is at each place, and how much of it is reserved so that the rest is what the shop sells.

    ``in_pieces`` says that the source counts pieces of goods that are sold by the pack.
    """
    records = list(part.product.stockrecords.all())
    available = (records[0].num_in_stock or 0) * (part.sales_qty if in_pieces else 1) if records else 0
    known: dict[str, Any] = dict(part.stock_by_location or {})
    if not known:
        return [str(available), *[""] * (len(places) - 1)] if places else [str(available)], ""
    pieces = [str(known.get(place, "")) for place in places]
    reserved = sum(int(number) for number in known.values()) - available
    return pieces, str(reserved) if reserved > 0 else ""


def description_text(text: str) -> str:
    """A stored description so that the import makes the same HTML of it again."""
    if has_markup(text):
        return text
    plain = html.unescape(text)
    return f"<span>{text}</span>" if has_markup(plain) else plain


def tyre_text(label: dict[str, Any] | None) -> str:
    """The EU tyre label as the import reads it; empty for none."""
    if not label:
        return ""
    snow = "3PMSF" if label.get("snow") else ""
    eprel = f"EPREL {label['eprel']}" if label.get("eprel") else ""
    named = [label.get("fuel", ""), label.get("wet", ""), label.get("noise_db", ""), label.get("noise_class", "")]
    return ";".join(str(value) for value in (*named, snow, eprel))
