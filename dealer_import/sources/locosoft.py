"""Parts out of Loco-Soft's reporting database, as ``locosoft_database`` writes them: one JSON object per line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, ClassVar

from django.utils.translation import gettext_lazy

from dealer_import.sentences import say as _
from dealer_import.sources.json_api import LIST, JsonSource
from shopflow.contracts.imports import RawRecord, RecordProblem

UNITS = {
    **dict.fromkeys(("", "ST", "SK", "S"), "C62"),
    **dict.fromkeys(("L", "LT"), "LTR"),
    **dict.fromkeys(("M", "MT"), "MTR"),
    "KG": "KGM",
    "PA": "PR",
    "SA": "SET",
    "DO": "CA",
    "RO": "RO",
}


class LocosoftSource(JsonSource):
    """The delivery of a Loco-Soft reporting database.

    Loco-Soft keeps no brand beside a part: the profile names one (``brand = { const = "…" }``), or one for each part
    type (``parts_types = { "1" = "…", "2" = "…" }``).
    """

    code = "locosoft"
    label = gettext_lazy("Loco-Soft (reporting database)")
    extensions = (".ndjson",)
    defaults: ClassVar[Mapping[str, Any]] = {
        "decimal": ".",
        "thousands": "",
        "columns": {
            "number": {"from": "part_number", "required": True},
            "brand": {"from": "brand"},
            "title": {"from": "description", "required": True},
            "list_price": {"from": "rr_price", "required": True, "type": "money"},
            "cost": {"from": "cost", "type": "money"},
            "discount_group": {"from": "rebate_code"},
            "unit": {"from": "package_unit_type", "map": UNITS},
            "pack_qty": {"from": "package_size", "type": "integer"},
            "stock": {"from": "stock_level", "type": "quantity"},
            "reserved": {"from": "stock_allocated", "type": "quantity"},
            "offer_price": {"from": "offer.price", "type": "money"},
            "offer_from": {"from": "offer.valid_from", "type": "date", "formats": ["%Y-%m-%d"]},
            "offer_until": {"from": "offer.valid_until", "type": "date", "formats": ["%Y-%m-%d"]},
            "supplier_numbers": {"from": "external_numbers", "split": LIST},
            "weight": {"from": "weight"},
            "origin": {"from": "country_of_origin"},
            "valid_from": {"from": "price_valid_from_date", "type": "date", "formats": ["%Y-%m-%d"]},
            "vin_patterns": {"from": "vin_patterns", "split": LIST},
            "model_patterns": {"from": "model_patterns", "split": LIST},
        },
    }

    def records(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[RawRecord | RecordProblem]:
        brands = {str(kind): str(brand) for kind, brand in profile.get("parts_types", {}).items()}
        for record in super().records(stream, profile):
            if isinstance(record, RawRecord):
                if brands:
                    record.fields = {**record.fields, "brand": brands.get(record.fields.get("parts_type", ""), "")}
                record.warnings = tuple(_negative_stocks(record))
                if "vehicles.0.vin" in record.fields or "vehicles.0.model" in record.fields:
                    record.fields = {**record.fields, **_patterns(record.fields)}
            yield record


def _patterns(fields: Mapping[str, str]) -> dict[str, str]:
    """The vehicles of a part as patterns with years: by VIN where there is one, else by the model's name."""
    vins, models, place = [], [], 0
    while f"vehicles.{place}.vin" in fields or f"vehicles.{place}.model" in fields:
        vin, model, first, last = (
            fields.get(f"vehicles.{place}.{name}", "").strip() for name in ("vin", "model", "from", "until")
        )
        years = f"({first[:4]}-{last[:4]})" if first or last else ""
        if vin.strip("%_*?"):
            vins.append(f"{vin} {model.rstrip('%*')} {years}".strip())
        elif model.strip("%_*?"):
            models.append(f"{model} {years}".strip())
        place += 1
    return {"vin_patterns": LIST.join(vins), "model_patterns": LIST.join(models)}


def _negative_stocks(record: RawRecord) -> Iterator[RecordProblem]:
    """Stocks below zero; they have been counted as zero, so that they take nothing from the others."""
    place = 0
    while (level := record.fields.get(f"stocks.{place}.level")) is not None:
        if level.startswith("-"):
            hint = _("The stock is below zero; it counts as zero.")
            shown = f"{record.fields.get(f'stocks.{place}.stock_no', '')}: {level}"
            yield RecordProblem(record.line, "stock_negative", shown, hint, "stock_level")
            return
        place += 1
