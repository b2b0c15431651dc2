from __future__ import annotations

from dealer_import.sources.csv import CsvSource
from shopflow.contracts.imports import import_sources

import_sources.register(CsvSource)
