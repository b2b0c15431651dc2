"""BMEcat 1.2 and 2005: with any of its namespaces or none, whole catalogues and updates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO, ClassVar

from django.utils.translation import gettext_lazy

from dealer_import.findings import printable
from dealer_import.sentences import say as _
from dealer_import.sources.bmecat_catalogue import MODES, Catalogue, Mappings
from dealer_import.sources.bmecat_groups import Assignments, pairs_in_tail, tail_of
from dealer_import.sources.bmecat_names import LIST
from dealer_import.sources.stamps import stamp_of
from dealer_import.sources.table import Found
from dealer_import.sources.xml_stream import Record, XmlStream
from shopflow.contracts.imports import FileEvidence, ImportSource, RawRecord, RecordProblem

DATES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]
LOOK = 20
"""Products whose fields are evidence of what the file delivers."""


class BmecatSource(ImportSource):
    """A BMEcat catalogue."""

    code = "bmecat"
    label = gettext_lazy("BMEcat 1.2 or 2005 (XML)")
    extensions = (".xml",)
    defaults: ClassVar[Mapping[str, Any]] = {
        "decimal": ".",
        "thousands": "",
        "category_separator": LIST,
        "columns": {
            "number": {"from": "number", "required": True},
            "brand": {"from": "brand", "required": True},
            "title": {"from": "title", "required": True},
            "description": {"from": "description"},
            "category": {"from": "category"},
            "gtin": {"from": "gtin", "type": "gtin"},
            "unit": {"from": "order_unit", "map": "units_de"},
            "pack_qty": {"from": "pack_qty", "type": "integer"},
            "price_per": {"from": "price_quantity", "type": "integer"},
            "list_price": {"from": "price", "required": True, "type": "money"},
            "price_kind": {"from": "price_kind"},
            "cost": {"from": "cost", "type": "money"},
            "tax": {"from": "tax"},
            "core_deposit": {"from": "udx.shopflow.core_deposit", "type": "money"},
            "battery_deposit": {"from": "udx.shopflow.battery_deposit", "type": "money"},
            "lead_days": {"from": "delivery_time", "type": "integer"},
            "successor": {"from": "successor", "split": LIST},
            "oe_numbers": {"from": "oe_numbers", "split": LIST},
            "fitment": {"from": "feature:HSN/TSN", "split": LIST},
            "un_number": {"from": "special_treatment"},
            "weight": {"from": "weight"},
            "dimensions": {"from": "dimensions"},
            "customs_no": {"from": "customs_number"},
            "origin": {"from": "country_of_origin"},
            "image": {"from": "image", "type": "filename"},
            "document": {"from": "document", "type": "filename"},
            "tyre_label": {"from": "tyre_label"},
            "valid_from": {"from": "valid_from", "type": "date", "formats": DATES},
            "valid_to": {"from": "valid_to", "type": "date", "formats": DATES},
            "price_tiers": {"from": "price_tiers", "split": LIST},
            "images": {"from": "images", "split": LIST},
            "documents": {"from": "documents", "split": LIST},
            "features": {"from": "features", "split": LIST},
            "content": {"from": "no_cu_per_ou"},
            "content_unit": {"from": "content_unit"},
            "kit": {"from": "reference:consists_of", "split": LIST},
            "alternatives": {"from": "reference:similar", "split": LIST},
            "needed": {"from": "reference:mandatory", "split": LIST},
            "accessories": {"from": "reference:accessories", "split": LIST},
            "hazard_class": {"from": "feature:Gefahrgutklasse"},
            "packing_group": {"from": "feature:Verpackungsgruppe"},
            "approval_number": {"from": "feature:Prüfzeichen"},
            "manufacturer": {"from": "maker_name"},
            "manufacturer_address": {"from": "maker_address"},
            "manufacturer_contact": {"from": "maker_contact"},
            "manufacturer_in_eu": {"from": "maker_in_eu"},
            "safety_text": {"from": "udx.shopflow.safety_text"},
            "status": {
                "from": "status",
                "map": {"": "active", "Auslauf": "runout", "old_product": "runout", "old_article": "runout"},
            },
        },
    }

    def inspect(self, stream: BinaryIO, profile: Mapping[str, Any]) -> FileEvidence:
        grammar = Catalogue(profile, Assignments())
        reading = XmlStream(stream, grammar)
        first = list(islice(reading, LOOK))
        names = dict.fromkeys(name for record in first if isinstance(record, RawRecord) for name in record.fields)
        transaction = grammar.header.transaction
        warnings: tuple[RecordProblem, ...] = ()
        if transaction and transaction not in MODES:
            hint = _(
                "The transaction %(name)s is unknown: the file was taken as an update that hides no part. Known are "
                "%(known)s."
            )
            told = {"name": printable(transaction, 60), "known": ", ".join(MODES)}
            warnings = (RecordProblem(0, "transaction", told["name"], hint % told),)
        return FileEvidence(
            encoding=reading.encoding,
            columns=tuple(names),
            notes=(f"BMEcat {grammar.header.version}".strip(), transaction),
            stamp=stamp_of(grammar.header.made, profile),
            mode=MODES.get(transaction, "delta" if transaction else ""),
            warnings=warnings,
        )

    def records(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[Record]:
        return iter(XmlStream(stream, Catalogue(profile, read_assignments(stream))))

    def stretches(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[Found]:
        """The same by column, as far as products are alike."""
        return XmlStream(stream, Catalogue(profile, read_assignments(stream))).blocks()


def read_assignments(stream: BinaryIO) -> Assignments:
    """Which product belongs to which group, from the end of the file; from all of it where that is not safe."""
    found = Assignments()
    start = tail_of(stream)
    if start is None:
        for _record in XmlStream(stream, Mappings(found)):
            pass
    else:
        try:
            for product, group in pairs_in_tail(stream, start):
                found.add(product, group)
        except LookupError:
            pass  # an encoding that Python does not know; reading the file refuses it
    found.settle()
    return found
