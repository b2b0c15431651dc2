"""The first rows of a sample as the shop would understand them, with what is wrong beside the cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO

from django.utils.formats import date_format, number_format

from dealer_import.canonical import Part
from dealer_import.mapping import Mapper, Rejected
from dealer_import.profiles import Profile
from shopflow.contracts.imports import FileRefused, RecordProblem, import_sources

ROWS = 20


@dataclass(frozen=True)
class Cell:
    """A field's value for people, and the remark about it, if any."""

    field: str
    text: str = ""
    remark: str = ""
    is_error: bool = False


@dataclass(frozen=True)
class PreviewRow:
    """``problem`` is a remark about the row as a whole."""

    line: int
    cells: tuple[Cell, ...] = ()
    problem: str = ""
    refused: bool = False


@dataclass
class Preview:
    """``refused`` says why the file as a whole cannot be read by this profile."""

    fields: Sequence[str] = ()
    rows: list[PreviewRow] = field(default_factory=list)
    refused: str = ""

    @property
    def errors(self) -> int:
        return sum(row.refused for row in self.rows)


def preview(stream: BinaryIO, profile: Profile, *, rows: int = ROWS) -> Preview:
    """Read and map the first ``rows`` records."""
    shown = list(profile.columns)
    found = Preview(fields=shown)
    reader, mapper = import_sources.get(profile.format), Mapper(profile)
    try:
        reader.inspect(stream, profile.options)
        for record in islice(reader.records(stream, profile.options), rows):
            if isinstance(record, RecordProblem):
                found.rows.append(PreviewRow(record.line, problem=record.hint, refused=True))
            else:
                found.rows.append(_row(mapper, profile, shown, record))
    except FileRefused as refusal:
        found.refused = refusal.hint
    return found


def best_reader(stream: BinaryIO, form: str, profiles: Mapping[str, Profile]) -> str:
    """Of the profiles of a format, the one that takes most of the first rows; empty if none takes any.

    For formats whose files name no columns, such as fixed width.
    """
    best, taken = "", 0
    for name, profile in profiles.items():
        if profile.format == form:
            rows = preview(stream, profile).rows
            good = sum(not row.refused for row in rows)
            if good > taken:
                best, taken = name, good
    return best


def _row(mapper: Mapper, profile: Profile, shown: Sequence[str], record: Any) -> PreviewRow:
    try:
        part = mapper.map(record)
    except Rejected as refusal:
        name = _field_of(profile, refusal.column)
        cells = tuple(
            Cell(key, _raw(profile, key, record.fields), refusal.hint if key == name else "", key == name)
            for key in shown
        )
        return PreviewRow(record.line, cells, "" if name in shown else refusal.hint, refused=True)
    remarks = {_field_of(profile, warning.column): warning.hint for warning in mapper.warnings}
    values = {key: _shown(part, key) for key in shown}
    cells = tuple(
        Cell(key, _raw(profile, key, record.fields) if text is None else text, remarks.get(key, ""))
        for key, text in values.items()
    )
    rest = " ".join(hint for key, hint in remarks.items() if key not in shown)
    return PreviewRow(record.line, cells, rest)


def _field_of(profile: Profile, label: str) -> str:
    for name, column in profile.columns.items():
        if label == name or label in column.labels:
            return name
    return label


def _raw(profile: Profile, name: str, fields: Mapping[str, str]) -> str:
    column = profile.columns[name]
    if not column.sources:
        return column.const or fields.get(name, "")
    return " + ".join(text for text in (fields.get(source, "").strip() for source in column.sources) if text)


def _money(cents: int | None) -> str:
    return "" if cents is None else number_format(Decimal(cents).scaleb(-2), 2, use_l10n=True, force_grouping=True)


def _pieces(milli: int) -> str:
    amount = (Decimal(milli) / 1000).normalize()
    return number_format(f"{amount:f}", use_l10n=True, force_grouping=True)


def _shown(part: Part, name: str) -> str | None:
    """The canonical value as text; None where the delivered text says it best."""
    amounts = {
        "list_price": part.list_price_cents,
        "cost": part.cost_cents,
        "core_deposit": part.core_deposit_cents,
        "battery_deposit": part.battery_deposit_cents,
    }
    if name in amounts:
        return _money(amounts[name])
    texts: dict[str, Any] = {
        "number": part.number_display,
        "brand": part.brand_name,
        "title": part.title,
        "category": " › ".join(part.category),
        "unit": part.unit,
        "pack_qty": part.pack_qty,
        "price_per": part.price_per,
        "gtin": part.gtin,
        "tax": part.tax_code,
        "stock": " + ".join(_pieces(stock.milli) for stock in part.stock),
        "valid_from": date_format(part.valid_from, "SHORT_DATE_FORMAT") if part.valid_from else "",
        "successor": ", ".join(part.successors),
        "fitment": ", ".join(f"{fit.hsn}/{fit.tsn}" for fit in part.fitments),
        "status": part.status,
    }
    return str(texts[name]) if name in texts else None
