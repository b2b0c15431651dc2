"""PIES 7.2 and 8.0: whole catalogues and updates, with the control total of the trailer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO, ClassVar

from django.utils.translation import gettext_lazy

from dealer_import.findings import printable
from dealer_import.sentences import say as _
from dealer_import.sources.bmecat_names import LIST
from dealer_import.sources.pies_item import Item, Sheet
from dealer_import.sources.stamps import stamp_of
from dealer_import.sources.table import Found
from dealer_import.sources.xml_batch import Batch
from dealer_import.sources.xml_forms import Cut, Kind, Telling, Told, found_of
from dealer_import.sources.xml_stream import Attributes, Closing, Opening, Record, XmlStream
from dealer_import.sources.xml_text import Parted
from shopflow.contracts.imports import FileEvidence, FileRefused, ImportSource, RawRecord

MODES = {"FULL": "full", "UPDATE": "delta", "PARTIAL": "delta"}
LOOK = 20
"""Items whose fields are evidence of what the file delivers."""
_MADE = re.compile(rb"<(?:\w+:)?TransactionDate>\s*([0-9T:+-]{10,25})")
UNITS = {
    **dict.fromkeys(("", "EA", "PC", "UN"), "C62"),
    **dict.fromkeys(("SE", "ST", "KT"), "SET"),
    **dict.fromkeys(("MR", "MT"), "MTR"),
    "PR": "PR",
    "LT": "LTR",
    "KG": "KGM",
    "GR": "GRM",
    "PK": "PK",
    "BX": "BX",
    "RL": "RO",
}
LIFE_CYCLE = {**dict.fromkeys(("", *"0123456"), "active"), **dict.fromkeys("78A", "runout"), "9": "gone"}


class PiesSource(ImportSource):
    """A PIES file."""

    code = "pies"
    label = gettext_lazy("PIES 7.2 or 8.0 (XML)")
    extensions = (".xml",)
    defaults: ClassVar[Mapping[str, Any]] = {
        "decimal": ".",
        "thousands": "",
        "columns": {
            "number": {"from": "number", "required": True},
            "brand": {"from": "brand", "required": True},
            "title": {"from": "title", "required": True},
            "description": {"from": "description"},
            "gtin": {"from": "gtin", "type": "gtin"},
            "unit": {"from": "unit", "map": UNITS},
            "pack_qty": {"from": "minimum_order_quantity", "type": "integer"},
            "list_price": {"from": "price", "required": True, "type": "money"},
            "cost": {"from": "cost", "type": "money"},
            "successor": {"from": "expi:ps2", "split": "+"},
            "oe_numbers": {"from": "oe_numbers", "split": LIST},
            "un_number": {"from": "un_number"},
            "weight": {"from": "weight"},
            "dimensions": {"from": "dimensions"},
            "customs_no": {"from": ["expi:hts", "expi:hsb"]},
            "origin": {"from": "expi:cto"},
            "image": {"from": "image", "type": "filename"},
            "document": {"from": "document", "type": "filename"},
            "valid_from": {"from": "valid_from", "type": "date", "formats": ["%Y-%m-%d"]},
            "valid_to": {"from": "valid_to", "type": "date", "formats": ["%Y-%m-%d"]},
            "price_tiers": {"from": "price_tiers", "split": LIST},
            "images": {"from": "images", "split": LIST},
            "documents": {"from": "documents", "split": LIST},
            "features": {"from": "attributes", "split": LIST},
            "kit": {"from": "kit", "split": LIST},
            "hazard_class": {"from": "hazard_class"},
            "packing_group": {"from": "packing_group"},
            "status": {"from": "expi:lis", "map": LIFE_CYCLE},
        },
    }

    def inspect(self, stream: BinaryIO, profile: Mapping[str, Any]) -> FileEvidence:
        grammar = Delivery(profile)
        reading = XmlStream(stream, grammar)
        first = list(islice(reading, LOOK))
        names = dict.fromkeys(name for record in first if isinstance(record, RawRecord) for name in record.fields)
        return FileEvidence(
            encoding=reading.encoding,
            columns=tuple(names),
            notes=(f"PIES {grammar.header['version']}", grammar.header["submission"]),
            stamp=stamp_of(_made(stream), profile),
            mode=MODES.get(grammar.header["submission"].upper(), ""),
        )

    def records(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[Record]:
        return iter(XmlStream(stream, Delivery(profile)))

    def stretches(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[Found]:
        """The same by column, as far as items are alike."""
        return XmlStream(stream, Delivery(profile)).blocks()


def _made(stream: BinaryIO) -> str:
    """The day that the trailer names, at the very end of the file; empty if there is none."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 4096))
    found = _MADE.findall(stream.read(4096))
    return found[-1].decode("ascii") if found else ""


class Delivery:
    """The grammar of a whole file."""

    roots = frozenset(["PIES"])
    records = frozenset(["Item"])
    skipped: frozenset[str] = frozenset()
    distinct = ""

    def __init__(self, profile: Mapping[str, Any]) -> None:
        self.header = dict.fromkeys(("version", "submission", "day", "currency"), "")
        self._item = Item(profile)
        self._telling = Telling(self)
        self._sheets: dict[str, Sheet] = {}
        self._sheet: Sheet | None = None
        self._items = 0
        self._told: str | None = None
        self._has_trailer = False
        self.opening: Mapping[str, Opening] = {"PriceSheet": self._open_sheet, "Trailer": self._open_trailer}
        self.closing: Mapping[str, Closing] = {
            "PIESVersion": self._header("version"),
            "SubmissionType": self._header("submission"),
            "BlanketEffectiveDate": self._header("day"),
            "LanguageCode": self._language,
            "CurrencyCode": self._currency,
            "PriceSheetNumber": self._sheet_part("number"),
            "EffectiveDate": self._sheet_part("start"),
            "ExpirationDate": self._sheet_part("end"),
            "PriceSheet": self._close_sheet,
            "ItemCount": self._count,
        }

    def meet(self, name: str, count: int) -> None:
        self._items += count

    def record(self, name: str, text: str | Parted, line: int, raw: str) -> Record | None:
        self._item.read(text)
        return RawRecord(line, self._finish(), raw, gone=self._item.gone)

    def _finish(self) -> dict[str, str]:
        header = self.header
        return self._item.finish(day=header["day"], currency=header["currency"], sheets=self._sheets)

    def kind_of(self, tag: str, tags: frozenset[str]) -> Kind | Cut:
        return self._item.kind_of(tag, tags)

    def told(self, record: Parted) -> dict[str, str] | None:
        self._item.read(record)
        if self._item.gone:
            return None
        fields = self._item.told(self._finish())
        return fields if self._item.is_steady() else None

    def many(self, batch: Batch, read: Callable[[int], Record | None]) -> Found:
        """The items of ``batch``, by column as far as possible; ``read`` gives a single one."""
        context = *self.header.values(), self._item.default_language, len(self._sheets)
        groups = list(self._telling.groups(batch.forms, batch.records, context))  # type: ignore[arg-type]
        told = Told(groups, batch.lines, read) if groups else None
        if told is not None:
            told.late = {"dimensions": self._item.sizes}
            wholes = [batch.records[row].whole for row in told.rows]  # type: ignore[union-attr]
            told.known_by = lambda _block: [whole.encode("utf-8", "surrogatepass") for whole in wholes]
        return found_of(told, len(batch.records), read)

    def close(self) -> None:
        if not self._has_trailer or self._told is None:
            raise FileRefused(
                "incomplete_file", _("The trailer is missing: the file is not complete. Transfer it again.")
            )
        if self._told != str(self._items):
            raise FileRefused(
                "control_total",
                _("The trailer counts %(told)s items, but the file holds %(rows)s. Transfer it again.")
                % {"told": printable(self._told, 20) or "?", "rows": self._items},
            )
        if not self._items:
            raise FileRefused("no_records", _("The catalogue holds no products. Export it again."))

    def _header(self, name: str) -> Closing:
        def take(text: str, attributes: Attributes) -> None:
            self.header[name] = text.strip()

        return take

    def _language(self, text: str, attributes: Attributes) -> None:
        self._item.default_language = text.strip().lower()

    def _currency(self, text: str, attributes: Attributes) -> None:
        if self._sheet is not None:
            self._sheet.currency = text.strip()
        else:
            self.header["currency"] = text.strip()

    def _open_sheet(self, attributes: Attributes) -> None:
        self._sheet = Sheet()

    def _sheet_part(self, name: str) -> Closing:
        def take(text: str, attributes: Attributes) -> None:
            if self._sheet is not None:
                setattr(self._sheet, name, text.strip())

        return take

    def _close_sheet(self, text: str, attributes: Attributes) -> None:
        if self._sheet is not None and self._sheet.number and len(self._sheets) < 10_000:
            self._sheets[self._sheet.number] = self._sheet
        self._sheet = None

    def _open_trailer(self, attributes: Attributes) -> None:
        self._has_trailer = True

    def _count(self, text: str, attributes: Attributes) -> None:
        if self._has_trailer:
            self._told = text.strip()
