"""The catalogue's own export as an import source: it takes back the marks that kept formulas from running."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy

from dealer_import.exports.escaping import MARK, unescape
from dealer_import.sources.csv import CsvSource
from shopflow.contracts.imports import RawRecord, RecordProblem


class CatalogueSource(CsvSource):
    """CSV as *Exports* writes it."""

    code = "catalogue"
    label = gettext_lazy("Export of this shop (CSV)")
    extensions = (".csv",)

    def records(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[RawRecord | RecordProblem]:
        for record in super().records(stream, profile):
            if isinstance(record, RawRecord) and MARK in record.raw:
                fields = {name: unescape(text) for name, text in record.fields.items()}
                yield RawRecord(record.line, fields, record.raw)
            else:
                yield record
