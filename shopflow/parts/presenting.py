"""A part's data in the words and units of the product page."""

from __future__ import annotations

from decimal import Decimal

from babel import Locale
from babel.numbers import format_decimal
from django.utils.dates import MONTHS
from django.utils.translation import get_language, gettext, to_locale
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.types import JSONDict, Label
from shopflow.parts.hazards import class_of
from shopflow.parts.models import PartFile, PartRecord, PartRelation
from shopflow.parts.queries import PartData
from shopflow.parts.queries.fitment import years_of
from shopflow.tax.queries import Situation
from shopflow.tax.rates import STANDARD, gross_price

UNITS: dict[str, Label] = {
    "C62": _("piece"),
    "SET": _("set"),
    "PR": _("pair"),
    "LTR": _("litre"),
    "MTR": _("metre"),
    "KGM": _("kilogram"),
    "PK": _("pack"),
    "RO": _("roll"),
}
TYRE_WORDS: dict[str, Label] = {
    "size": _("Size"),
    "load": _("Load index"),
    "speed": _("Speed symbol"),
    "fuel": _("Fuel efficiency class"),
    "wet": _("Wet grip class"),
    "noise_db": _("External rolling noise in dB"),
    "noise_class": _("Noise class"),
    "snow": _("For severe snow (3PMSF)"),
    "ice": _("For ice"),
    "eprel": _("EPREL number"),
}


RELATION_WORDS: dict[str, Label] = {
    PartRelation.Kind.CONTAINS: _("Holds these parts"),
    PartRelation.Kind.ALTERNATIVE: _("Can be used instead"),
    PartRelation.Kind.NEEDED: _("Needed for fitting"),
    PartRelation.Kind.ACCESSORY: _("Goes with it"),
}


def pack_words(unit: str, sales_qty: int, content_milli: int | None = None) -> str:
    """What the price is for, where it is not for one piece: beside every such price (§ 1 (3) PAngV).

    A piece with a content of its own (``content_milli``) needs no words: its base price stands beside the price.
    """
    if sales_qty < 2:
        is_plain = unit == "C62" or unit not in UNITS or content_milli
        return "" if is_plain else gettext("Price per %(unit)s") % {"unit": UNITS[unit]}
    return gettext("Pack: %(n)s × %(unit)s") % {"n": sales_qty, "unit": UNITS.get(unit, unit)}


def part_context(data: PartData) -> JSONDict:
    """The template context of the panel “part data”. Amounts are Decimals in euro, VAT included."""
    record = data.record
    return {
        "record": record,
        "unit": UNITS.get(record.unit, record.unit),
        "oe_numbers": data.oe_numbers,
        "vehicles": data.vehicles,
        "succession": data.succession,
        "former": data.former,
        "other_numbers": data.other_numbers,
        "relations": relations_of(data),
        "documents": data.documents,
        "goods_class": data.goods_class,
        "hazard_class": class_of(record.un_number, record.hazard_class),
        "content": _content(record),
        "season": season_of(record),
        "core_deposit": _core_deposit(record),
        "battery_deposit": _euro(record.battery_deposit_gross_cents),
        "weight_kg": Decimal(record.weight_g) / 1000 if record.weight_g else None,
        "size": _size(record),
        "origin": _country(record.origin),
        "tyre": _tyre(record),
        "features": record.features,
        "patterns": [(row.pattern.replace("_", " "), years_of(row.year_from, row.year_to)) for row in data.patterns],
    }


def safety_context(data: PartData) -> JSONDict:
    """The template context of the panel “manufacturer and safety” (Art. 19 GPSR)."""
    record = data.record
    texts = [text for text in (record.safety_text, record.brand.safety_text) if text.strip()]
    return {
        "record": record,
        "manufacturer": record.manufacturer or record.brand.manufacturer,
        "safety_texts": texts,
        "documents": data.documents,
        "goods_class": data.goods_class,
        "approval": record.get_approval_kind_display() if record.approval_kind else "",
        "is_expert_report": record.approval_kind == PartRecord.Approval.EXPERT_REPORT,
        "not_for_road": record.approval_kind == PartRecord.Approval.NOT_FOR_ROAD,
    }


def relations_of(data: PartData) -> list[tuple[Label, list[PartRelation]]]:
    """Related parts that can be seen, under their headings."""
    grouped: dict[str, list[PartRelation]] = {}
    for relation in data.relations:
        if relation.related.product.is_public:
            grouped.setdefault(relation.kind, []).append(relation)
    return [(RELATION_WORDS[kind], rows) for kind, rows in grouped.items()]


def delivered_lists(record: PartRecord) -> list[tuple[Label, list[str]]]:
    """What the import keeps of a part beyond the fields that staff edit, for the staff's page."""
    words = dict(PartRelation.Kind.choices)
    found: list[tuple[Label, list[str]]] = [
        (_("Price tiers, net"), [f"{t.quantity} × {t.net_cents / 100:.2f} €" for t in record.price_tiers.all()]),
        (_("Price valid to"), [record.price_valid_to.strftime("%d.%m.%Y")] if record.price_valid_to else []),
        (_("Further pictures"), [row.name for row in record.files.all() if row.kind == PartFile.Kind.PICTURE]),
        (_("Further documents"), [row.name for row in record.files.all() if row.kind == PartFile.Kind.DOCUMENT]),
        (
            _("Related parts"),
            [
                f"{words[row.kind]}: {row.quantity} × {row.related.number_display}"
                for row in record.relations.select_related("related")
            ],
        ),
        (_("VIN patterns"), [_with_years(r.pattern, r.year_from, r.year_to) for r in record.vin_patterns.all()]),
        (_("Model patterns"), [_with_years(r.pattern, r.year_from, r.year_to) for r in record.model_patterns.all()]),
    ]
    return [(label, rows) for label, rows in found if rows]


def _with_years(text: str, first: int, last: int) -> str:
    return f"{text} ({years_of(first, last)})" if first or last else text


def season_of(record: PartRecord) -> tuple[Label, Label] | None:
    """The first and last month of sale; None for a part that is sold all year."""
    if not (record.season_from and record.season_to):
        return None
    return MONTHS[record.season_from], MONTHS[record.season_to]


def _content(record: PartRecord) -> str:
    if not record.content_milli:
        return ""
    amount = format_decimal(Decimal(record.content_milli) / 1000, locale=to_locale(get_language() or "de"))
    return f"{amount} {record.get_content_unit_display()}"


def _euro(cents: int | None) -> Decimal | None:
    return Decimal(cents) / 100 if cents else None


def _core_deposit(record: PartRecord) -> Decimal | None:
    """As the basket charges it."""
    net = _euro(record.core_deposit_cents)
    if net is None:
        return None
    return gross_price(net, Situation().shelf_rate(STANDARD))


def _country(code: str) -> str:
    """The country's name in the language of the page."""
    language = (get_language() or "de").replace("-", "_")
    return str(Locale.parse(language).territories.get(code, code))


def _size(record: PartRecord) -> str:
    sides = (record.length_mm, record.width_mm, record.height_mm)
    return " × ".join(str(side) for side in sides) if all(sides) else ""


def _tyre(record: PartRecord) -> list[tuple[Label, object]]:
    tyre = record.attributes.get("tyre", {})
    return [(label, tyre[name]) for name, label in TYRE_WORDS.items() if name in tyre]
