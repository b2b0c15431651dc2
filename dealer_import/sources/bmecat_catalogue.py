"""A BMEcat file as a whole: header, transaction, groups, products, and which product belongs to which group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from dealer_import.findings import printable
from dealer_import.sentences import say as _
from dealer_import.sources.bmecat_groups import Assignments, GroupTree
from dealer_import.sources.bmecat_names import language_rank, tell_dimensions
from dealer_import.sources.bmecat_parties import Parties
from dealer_import.sources.bmecat_product import Product
from dealer_import.sources.table import Found
from dealer_import.sources.xml_batch import Batch
from dealer_import.sources.xml_forms import Cut, Kind, Telling, Told, found_of
from dealer_import.sources.xml_stream import Attributes, Closing, Opening, Record
from dealer_import.sources.xml_text import Chains, Parted, take_apart
from shopflow.contracts.imports import FileRefused, RawRecord, RecordProblem

MODES = {"T_NEW_CATALOG": "full", "T_UPDATE_PRODUCTS": "delta", "T_UPDATE_PRICES": "prices"}
"""What a file's transaction covers. Only a new catalogue may say that a part is gone."""
MAPPINGS = ("PRODUCT_TO_CATALOGGROUP_MAP", "ARTICLE_TO_CATALOGGROUP_MAP")
MAPPING_PARTS = {"PROD_ID": "product", "ART_ID": "product", "CATALOG_GROUP_ID": "group"}


@dataclass
class Header:
    """What the file says of itself. ``made`` is the day and time of its making, as it stands there."""

    version: str = ""
    transaction: str = ""
    made: str = ""
    language: str = ""
    currency: str = ""
    supplier: str = ""


class Mappings:
    """The grammar of the assignments alone. What else is wrong with the file is found when it is read as a whole."""

    roots = frozenset(["BMECAT"])
    records: frozenset[str] = frozenset(MAPPINGS)
    skipped: frozenset[str] = frozenset()

    def __init__(self, found: Assignments) -> None:
        self.opening: Mapping[str, Opening] = {}
        self.closing: Mapping[str, Closing] = {}
        self._assigned = found
        self._map_chains = Chains(lambda tag: None if tag.closing else MAPPING_PARTS.get(tag.name))

    def meet(self, name: str, count: int) -> None:
        """Assignments are not counted here."""

    def record(self, name: str, text: str | Parted, line: int, raw: str) -> Record | None:
        """Note which product belongs to which group."""
        parts = {"product": "", "group": ""}
        take_apart(text, self._map_chains, parts)
        if parts["product"] and parts["group"]:
            self._assigned.add(parts["product"].strip(), parts["group"].strip())
        return None

    def close(self) -> None:
        """There may be no assignment at all."""


class Openings(dict[str, Opening]):
    """What elements mean by their names; ``transaction`` gives it for any whose name says that it is one."""

    def __init__(self, transaction: Callable[[str], Opening]) -> None:
        super().__init__()
        self._transaction = transaction

    def get(self, name: str, default: Any = None) -> Any:
        return self._transaction(name) if name.startswith("T_") else super().get(name, default)


class Catalogue(Mappings):
    """The grammar of a whole file."""

    records = frozenset([*MAPPINGS, "PRODUCT", "ARTICLE"])
    distinct = "KEYWORD"

    def __init__(self, profile: Mapping[str, Any], assignments: Assignments) -> None:
        super().__init__(assignments)
        self.header = Header()
        self.skipped = frozenset(MAPPINGS if assignments.count else ())
        self._product = Product(profile)
        self._telling = Telling(self)
        self._parties = Parties()
        self._tree = GroupTree()
        self._group = {"id": "", "name": "", "parent": "", "type": ""}
        self._group_rank = 9
        self._date_kind = ""
        self._is_default = False
        self._count = 0
        self.opening = Openings(self._open_transaction)
        self.opening |= {
            "BMECAT": self._open_root,
            "LANGUAGE": self._open_language,
            "CATALOG_STRUCTURE": self._open_group,
            "DATETIME": self._open_date,
            **self._parties.opening,
        }
        self.closing = {
            "LANGUAGE": self._take_language,
            "SUPPLIER_NAME": self._header("supplier"),
            "CURRENCY": self._header("currency"),
            "DATE": self._take_date,
            "TIME": self._take_time,
            "GROUP_ID": self._group_part("id"),
            "PARENT_ID": self._group_part("parent"),
            "GROUP_NAME": self._take_group_name,
            "CATALOG_STRUCTURE": self._close_group,
            **self._parties.closing,
        }

    # -- products ------------------------------------------------------------------------------------------------

    def meet(self, name: str, count: int) -> None:
        if name not in MAPPINGS:
            self._count += count

    def record(self, name: str, text: str | Parted, line: int, raw: str) -> Record | None:
        if name in MAPPINGS:
            return None if self.skipped else super().record(name, text, line, raw)
        self._product.begin(text)
        pid = self._product.fields.get("supplier_pid", "").strip()
        if not pid:
            hint = _("The product has no supplier number (SUPPLIER_PID). Add it in the system.")
            return RecordProblem(line, "number_missing", printable(raw), hint, "SUPPLIER_PID")
        path = self._tree.path(self._assigned.group_of(pid))
        beside = self._beside(path, self._product.fields.get("manufacturer_idref", ""))
        fields = self._finish()
        if path:
            fields["category"] = self._product.category(path)
        if fields.get("length"):
            tell_dimensions(fields)
        gone, unusable = self._product.mode == "delete", self._product.unusable(line)
        return RawRecord(line, fields, f"{raw}\n{beside}", gone=gone, unusable=unusable)

    def _finish(self) -> dict[str, str]:
        """The product's fields but for category and dimensions."""
        header, product = self.header, self._product
        product.fields.update(self._parties.fields_of(product.fields.get("manufacturer_idref", "").strip()))
        return product.finish(supplier=header.supplier, day=header.made[:10], currency=header.currency)

    def _beside(self, path: Sequence[str], party: str) -> str:
        """What a product is known again by beside its own text."""
        maker = self._parties.fields_of(party.strip()) if party else None
        return f"{' > '.join(path)}\n{maker}" if maker else " > ".join(path)

    # -- products by column --------------------------------------------------------------------------------------

    def kind_of(self, tag: str, tags: frozenset[str]) -> Kind | Cut:
        return self._product.kind_of(tag, tags)

    def told(self, record: Parted) -> dict[str, str] | None:
        product = self._product
        product.begin(record)
        if not product.fields.get("supplier_pid", "").strip() or product.mode == "delete":
            return None
        fields = self._finish()
        return fields if product.is_steady() and not product.unusable(0) else None

    def many(self, batch: Batch, read: Callable[[int], Record | None]) -> Found:
        """The products of ``batch``, by column as far as possible; ``read`` gives a single one."""
        header = self.header
        context = header.supplier, header.made, header.currency, self._product.default_language, len(self._parties)
        groups = list(self._telling.groups(batch.forms, batch.records, context))  # type: ignore[arg-type]
        told = Told(groups, batch.lines, read) if groups else None
        if told is not None:
            paths = list(map(self._tree.path, self._assigned.groups_of(map(str.strip, told.texts("supplier_pid")))))
            told.late = {"category": partial(self._categories, paths), "dimensions": _dimensions}
            told.known_by = partial(self._data, paths, batch)
        return found_of(told, len(batch.records), read)

    def _categories(self, paths: Sequence[tuple[str, ...]], block: Told) -> Sequence[str]:
        own, named = block.early("category"), {path: self._product.category(path) for path in set(paths)}
        return [named[path] if path else text for path, text in zip(paths, own, strict=True)]

    def _data(self, paths: Sequence[tuple[str, ...]], batch: Batch, block: Told) -> Sequence[bytes]:
        places = list(zip(paths, block.early("manufacturer_idref"), strict=True))
        beside = {place: self._beside(*place) for place in set(places)}
        records = batch.records
        return [
            f"{records[row].whole}\n{beside[place]}".encode("utf-8", "surrogatepass")  # type: ignore[union-attr]
            for row, place in zip(block.rows, places, strict=True)
        ]

    def close(self) -> None:
        if not self._count:
            raise FileRefused("no_records", _("The catalogue holds no products. Export it again."))

    # -- header --------------------------------------------------------------------------------------------------

    def _open_root(self, attributes: Attributes) -> None:
        self.header.version = attributes.get("version", "")

    def _open_transaction(self, name: str) -> Opening:
        def take(attributes: Attributes) -> None:
            self.header.transaction = name

        return take

    def _open_language(self, attributes: Attributes) -> None:
        self._is_default = attributes.get("default", "").lower() == "true"

    def _take_language(self, text: str, attributes: Attributes) -> None:
        if self._is_default or not self.header.language:
            self.header.language = self._product.default_language = text.strip().lower()

    def _header(self, name: str) -> Closing:
        def take(text: str, attributes: Attributes) -> None:
            setattr(self.header, name, text.strip())

        return take

    def _open_date(self, attributes: Attributes) -> None:
        self._date_kind = attributes.get("type", "")

    def _take_date(self, text: str, attributes: Attributes) -> None:
        if self._date_kind == "generation_date":
            self.header.made = text.strip()

    def _take_time(self, text: str, attributes: Attributes) -> None:
        if self._date_kind == "generation_date" and self.header.made:
            self.header.made = f"{self.header.made[:10]}T{text.strip()}"

    # -- groups --------------------------------------------------------------------------------------------------

    def _open_group(self, attributes: Attributes) -> None:
        self._group = {"id": "", "name": "", "parent": "", "type": attributes.get("type", "")}
        self._group_rank = 9

    def _group_part(self, name: str) -> Closing:
        def take(text: str, attributes: Attributes) -> None:
            self._group[name] = text.strip()

        return take

    def _take_group_name(self, text: str, attributes: Attributes) -> None:
        rank = language_rank(attributes.get("lang"), self.header.language)
        if rank < self._group_rank:
            self._group_rank, self._group["name"] = rank, text

    def _close_group(self, text: str, attributes: Attributes) -> None:
        group = self._group
        if group["id"]:
            self._tree.add(group["id"], group["name"], group["parent"], root=group["type"] == "root")


def _dimensions(block: Told) -> Sequence[str]:
    """The sizes of each product, from its metres where it tells any."""
    sides = [block.early(name) for name in ("length", "width", "depth", "dimensions")]
    if not any(sides[0]):
        return sides[3]
    told = [
        dict(zip(("length", "width", "depth", "dimensions"), each, strict=True)) for each in zip(*sides, strict=True)
    ]
    for fields in told:
        if fields["length"]:
            tell_dimensions(fields)
    return [fields["dimensions"] for fields in told]
