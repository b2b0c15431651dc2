"""Readers for the formats that come with shopflow; plugins register more at the same socket."""

from __future__ import annotations

from importlib import import_module

from shopflow.contracts.imports import ImportSource, import_sources

BUILT_IN = {
    "bmecat": "bmecat.BmecatSource",
    "csv": "csv.CsvSource",
    "datanorm": "datanorm.DatanormSource",
    "fixed": "fixed.FixedSource",
    "json": "json_api.JsonSource",
    "locosoft": "locosoft.LocosoftSource",
    "pies": "pies.PiesSource",
    "teccom": "teccom.TecComSource",
    "xlsx": "xlsx.XlsxSource",
}
"""Code of a format and where in this package its reader stands."""


def source_class(code: str) -> type[ImportSource] | None:
    """The reader for the format ``code``; the built-in ones are found even in programs that register nothing."""
    if code in import_sources:
        return type(import_sources.get(code))
    place = BUILT_IN.get(code)
    if place is None:
        return None
    module, name = place.rsplit(".", 1)
    found: type[ImportSource] = getattr(import_module(f"{__name__}.{module}"), name)
    return found


def register_built_in() -> None:
    """Put the readers of this package into the socket's registry."""
    for code in BUILT_IN:
        found = source_class(code)
        if found is not None:
            import_sources.register(found)
