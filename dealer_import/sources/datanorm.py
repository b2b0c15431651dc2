"""DATANORM 4 and 5: a delivery of several files with articles, texts, prices, groups and discounts in any order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy

from dealer_import.sentences import say as _
from dealer_import.sources.datanorm_lines import Volume, volume_of, volume_records
from dealer_import.sources.datanorm_prices import price_records
from dealer_import.sources.datanorm_records import Article, article_of, priced_article
from dealer_import.sources.datanorm_spool import Spool
from shopflow.contracts.imports import FileEvidence, FileRefused, ImportSource, RawRecord, RecordProblem

_COMPANION = re.compile(r"(datanorm\.(\d{3}|wrg|rab)|datpreis\.\d{3})\Z", re.IGNORECASE)
UNDECODABLE_SHARE = 10


class DatanormSource(ImportSource):
    """Articles from ``DATANORM.001`` and on, with the ``DATPREIS``, ``.WRG`` and ``.RAB`` files beside it.

    The files may have any letter case and any encoding. All that belongs to an article is spooled to a temporary
    database first, so that the order of the records and the size of the delivery do not matter.
    """

    code = "datanorm"
    label = gettext_lazy("DATANORM 4 or 5")
    extensions = (".001",)
    defaults = {
        "encoding": "auto",
        "decimal": ",",
        "thousands": ".",
        "columns": {
            "number": {"from": "number", "required": True},
            "title": {"from": ["short_text_1", "short_text_2"], "join": " ", "owner": "shop_once_edited"},
            "description": {"from": "long_text", "owner": "shop_once_edited"},
            "category": {"from": "category", "owner": "shop_once_edited"},
            "list_price": {"from": "list_price", "type": "cents"},
            "price_kind": {"from": "price_kind"},
            "price_per": {"from": "price_per", "type": "integer"},
            "cost": {"from": "cost", "type": "cents"},
            "unit": {"from": "unit", "map": "units_de"},
            "discount_group": {"from": "discount_group"},
            "pack_qty": {"from": "pack_qty", "type": "integer"},
            "gtin": {"from": "gtin", "type": "gtin"},
            "trade_numbers": {"from": "alternative_number", "split": "\x1f"},
            "former_numbers": {"from": "former_number", "split": "\x1f"},
        },
    }

    def companions(self, path: Path) -> Sequence[Path]:
        return sorted((found for found in _beside(path) if found != path), key=lambda found: found.name.lower())

    def inspect(self, stream: BinaryIO, profile: Mapping[str, Any]) -> FileEvidence:
        volumes = _volumes(stream, profile)
        first = volumes[0]
        warnings = []
        for volume in volumes:
            if volume.encoding.differs:
                hint = _("The file is in %(name)s, not in the encoding of the profile; it was read as %(name)s.")
                told = {"name": volume.encoding.name}
                warnings.append(RecordProblem(0, "encoding_differs", volume.name, hint % told))
        return FileEvidence(
            encoding=first.encoding.name,
            delimiter=";",
            header_line=1,
            columns=(f"DATANORM {first.version}",),
            notes=tuple(volume.name for volume in volumes),
            stamp=first.stamp,
            warnings=tuple(warnings),
        )

    def records(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[RawRecord | RecordProblem]:
        volumes = _volumes(stream, profile)
        separator = str(profile.get("category_separator", ">"))
        net_as_list = profile.get("net_price_as") == "list"
        found = undecodable = 0
        with Spool() as spool:
            for volume in volumes:
                yield from _spooled(volume, spool)
            spool.index()
            if spool.has_prices and not spool.articles:
                _check_price_unit(volumes[0], profile)
            for item in _articles(volumes) if spool.articles else _prices(volumes):
                found += 1
                yield item.raw_record(spool, separator=separator, net_as_list=net_as_list)
            undecodable = spool.undecodable
        if not found:
            raise FileRefused("no_records", _("The delivery holds no article. Export it again."))
        if undecodable > 5 and undecodable * UNDECODABLE_SHARE > found:
            hint = _("Many rows do not fit the encoding of the profile. Set the right one there.")
            raise FileRefused("encoding", hint)


def _check_price_unit(volume: Volume, profile: Mapping[str, Any]) -> None:
    """Version 4 gives the price unit with the article: a price list alone must not write one."""
    if volume.version == 4 and "price_per" in profile.get("columns", {}):
        hint = _(
            "These files hold prices without their price unit. Deliver the articles with them, or set "
            "“price_per = false” under columns, so that the unit in the shop counts."
        )
        raise FileRefused("missing_column", hint)


def _spooled(volume: Volume, spool: Spool) -> Iterator[RecordProblem]:
    """Put aside everything but the articles, and tell of records that cannot be used."""
    for record in volume_records(volume):
        if isinstance(record, RecordProblem):
            spool.undecodable += record.code == "undecodable"
            yield record
        else:
            spool.put(record, volume.version)


def _articles(volumes: Sequence[Volume]) -> Iterator[Article]:
    """The articles of all files; lines of the second file go on from those of the first, so that none comes twice."""
    last = 0
    for volume in volumes:
        before = last
        for record in volume_records(volume):
            last = before + record.line
            if not isinstance(record, RecordProblem) and record.cells[0] == "A":
                yield article_of(record._replace(line=last), volume.version)


def _prices(volumes: Sequence[Volume]) -> Iterator[Article]:
    """A delivery of prices alone: every price is a record, and counts as a line of its own."""
    last = 0
    for volume in volumes:
        for record in volume_records(volume):
            if not isinstance(record, RecordProblem) and record.cells[0] == "P":
                for price in price_records(record.cells, volume.version):
                    last = max(last + 1, record.line)
                    yield priced_article(record._replace(line=last), volume.version, price)


def _volumes(stream: BinaryIO, profile: Mapping[str, Any]) -> list[Volume]:
    path = _path_of(stream)
    main = volume_of(stream, path, profile)
    others = [volume_of(None, found, profile) for found in _beside(path) if found != path] if path else []
    differing = [volume for volume in others if volume.version != main.version]
    if differing:
        hint = _("%(name)s is DATANORM %(version)s, the other files are not. Put only one delivery into a folder.")
        told = {"name": differing[0].name, "version": differing[0].version}
        raise FileRefused("datanorm_version", hint % told)
    return [main, *others]


def _path_of(stream: BinaryIO) -> Path | None:
    name = getattr(stream, "name", None)
    return Path(name) if isinstance(name, str) and name else None


def _beside(path: Path) -> list[Path]:
    """The delivery's files: only a file that is named as the standard says has others beside it."""
    if not _COMPANION.match(path.name) or not path.parent.is_dir():
        return []
    return sorted(found for found in path.parent.iterdir() if _COMPANION.match(found.name) and found.is_file())
