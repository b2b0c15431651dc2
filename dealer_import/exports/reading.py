"""The catalogue's own export as import sources: they take back the marks that kept formulas from running."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy

from dealer_import.exports.escaping import MARK, unescape
from dealer_import.sources.csv import CsvSource
from dealer_import.sources.xlsx import XlsxSource
from shopflow.contracts.imports import RawRecord, RecordProblem

Record = RawRecord | RecordProblem


class CatalogueSource(CsvSource):
    """CSV as *Exports* writes it."""

    code = "catalogue"
    label = gettext_lazy("Export of this shop (CSV)")
    extensions = (".csv",)
    stretches = None  # a mark may stand in any line

    def records(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[Record]:
        yield from unmarked(super().records(stream, profile))


class CatalogueWorkbook(XlsxSource):
    """A workbook as *Exports* writes it."""

    code = "catalogue_xlsx"
    label = gettext_lazy("Export of this shop (XLSX)")
    extensions = (".xlsx",)

    def records(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[Record]:
        yield from unmarked(super().records(stream, profile))


def unmarked(records: Iterable[Record]) -> Iterator[Record]:
    """The records with their texts as they stood in the shop."""
    for record in records:
        if isinstance(record, RawRecord) and MARK in record.raw:
            fields = {name: unescape(text) for name, text in record.fields.items()}
            yield RawRecord(record.line, fields, record.raw)
        else:
            yield record
