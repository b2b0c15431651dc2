"""Names of PIES elements and what they are called as fields; units."""

from __future__ import annotations

PLAIN = {
    "HazardousMaterialCode": "hazardous",
    "BrandAAIAID": "brand_id",
    "BrandID": "brand_id",
    "BrandLabel": "brand_label",
    "SubBrandLabel": "sub_brand_label",
    "PartTerminologyID": "part_terminology_id",
    "AAIAProductCategoryCode": "product_category_code",
    "ProductCategoryCode": "product_category_code",
    "UNNAIDCode": "un_number",
    "HazardousClassCode": "hazard_class",
    "HazardClassCode": "hazard_class",
    "PackingGroupCode": "packing_group",
    "ManufacturerProductGroup": "product_group",
    "ManufacturerGroup": "product_group",
}
MEASURED = {"ItemQuantitySize": "item_quantity_size", "MinimumOrderQuantity": "minimum_order_quantity"}
SIDES = ("Length", "Width", "Height")
MILLIMETRES = {"MM": "1", "CM": "10", "ME": "1000", "MR": "1000", "IN": "25.4", "FT": "304.8"}
KILOGRAMS = {"KG": "1", "GR": "0.001", "PG": "0.45359237", "LB": "0.45359237", "OZ": "0.028349523125"}
PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".tif", ".tiff", ".bmp")
DELETED = "D"
NO_TIER = frozenset(["", "0", "1"])
"""Quantities from which everybody's price holds."""
DECIDING = frozenset(["PriceSheetNumber", "CurrencyCode", "PriceBreak"])
"""Tags whose values say what others mean."""
SIDE = "\x1f"
"""Before the names of fields that no file can have."""
STRIPPED = frozenset(
    [
        "PartNumber",
        "EffectiveDate",
        "ExpirationDate",
        "Price",
        "ProductAttribute",
        "ComponentPartNumber",
        "QuantityInKit",
    ]
)
"""Tags around whose values blanks do not count."""
