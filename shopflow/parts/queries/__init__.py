"""Reads that other rooms use: parts by any number, a part's data, successors, vehicles and what fits them."""

from shopflow.parts.queries.fitment import (
    Fit,
    Verdict,
    fitting_products,
    fitting_sql,
    parts_for_vehicle,
    verdict,
    verdicts,
    with_model_name,
)
from shopflow.parts.queries.numbers import (
    FittingVehicle,
    PartData,
    part_data,
    part_of_product,
    parts_by_any_number,
    parts_by_number,
    parts_by_reference,
)
from shopflow.parts.queries.prices import lowest_net_cents
from shopflow.parts.queries.succession import Succession, current_part, superseded_by, superseded_numbers

__all__ = [
    "Fit",
    "FittingVehicle",
    "PartData",
    "Succession",
    "Verdict",
    "current_part",
    "fitting_products",
    "fitting_sql",
    "lowest_net_cents",
    "part_data",
    "part_of_product",
    "parts_by_any_number",
    "parts_by_number",
    "parts_by_reference",
    "parts_for_vehicle",
    "superseded_by",
    "superseded_numbers",
    "verdict",
    "verdicts",
    "with_model_name",
]
