"""Fields that few parts have: what they are called in a profile, and under which keys they travel. Pure.

One JSON object per part carries them from the file to the tables, and ``PartRecord.imported_extras`` remembers it. A
part without any has none, and costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

SCALARS: Mapping[str, tuple[str, ...]] = {
    "content": ("content_milli", "content_unit"),
    "features": ("features",),
    "hazard_class": ("hazard_class",),
    "packing_group": ("packing_group",),
    "limited_quantity": ("limited_quantity",),
    "approval_kind": ("approval_kind",),
    "approval_number": ("approval_number",),
    "approval_note": ("approval_note",),
    "safety_text": ("safety_text",),
    "core_taxed": ("core_taxed",),
    "valid_to": ("price_valid_to",),
    "order_multiple": ("order_multiple",),
    "goods_class": ("goods_class",),
    "sale_restriction": ("sale_restriction",),
    "pickup_only": ("pickup_only",),
    "season": ("season_from", "season_to"),
}
"""Fields that are columns of the part data; keys are the columns' names."""
MANUFACTURER: Mapping[str, str] = {
    "manufacturer": "name",
    "manufacturer_address": "postal_address",
    "manufacturer_contact": "electronic_address",
    "manufacturer_in_eu": "is_in_eu",
    "responsible": "responsible_name",
    "responsible_address": "responsible_postal_address",
    "responsible_contact": "responsible_electronic_address",
}
"""Fields that describe who made the part; keys are the fields' own names, values the columns of the manufacturer."""
RELATIONS: Mapping[str, str] = {"kit": "contains", "alternatives": "other", "needed": "needed", "accessories": "extra"}
"""Fields that name other parts, with the kind of the relation. A list of [brand code, number key, quantity]."""
LISTS: Mapping[str, tuple[str, ...]] = {
    "images": ("pictures",),
    "documents": ("documents",),
    "price_tiers": ("price_tiers",),
    "vin_patterns": ("vin_patterns",),
    "model_patterns": ("model_patterns",),
    **{field: (field,) for field in RELATIONS},
}
"""Fields that are rows of tables of their own; their values are JSON arrays."""
EXTRAS: Mapping[str, tuple[str, ...]] = {
    **SCALARS,
    **{field: (field,) for field in MANUFACTURER},
    **LISTS,
}
"""Every such field with its keys in the JSON object."""
