"""The parts room's verbs, and the only writer of its tables."""

from shopflow.parts.services.announcing import announce_change, review_everything
from shopflow.parts.services.care import announce_due, forget_dates, forget_unconfirmed_dates, keep_dates
from shopflow.parts.services.extras import ROWS, ROWS_OF, ExtraWork
from shopflow.parts.services.garage import (
    GarageFull,
    drop_vehicle,
    keep_vehicle,
    name_makers,
    rebuild_vehicle_types,
)
from shopflow.parts.services.master_data import (
    EDITABLE,
    add_document,
    remove_document,
    save_brand,
    save_manufacturer,
    save_part,
    set_fitments,
)
from shopflow.parts.services.merging import (
    Stage,
    add_brands,
    forgive_missed,
    insert_records,
    mark_missing,
    merge_fitments,
    merge_references,
    merge_successions,
    record_price_changes,
    remember_unchanged,
    update_records,
    update_trade,
)
from shopflow.parts.services.notices import acknowledge_notice, affected_orders, announce_notice, issue_notice
from shopflow.parts.services.pricing import note_price
from shopflow.parts.services.promising import announce_late_orders, keep_promise
from shopflow.parts.services.publishing import (
    Demand,
    DemandFixed,
    Moved,
    any_asked,
    demands,
    guess_goods_categories,
    review_products,
    review_publishing,
    set_demand,
    set_goods_category,
)
from shopflow.parts.services.succession import SuccessionLoop, resolve_successions, set_successors
from shopflow.parts.services.taxing import align_tax_classes

__all__ = [
    "EDITABLE",
    "ROWS",
    "ROWS_OF",
    "Demand",
    "DemandFixed",
    "ExtraWork",
    "GarageFull",
    "Moved",
    "Stage",
    "SuccessionLoop",
    "acknowledge_notice",
    "add_brands",
    "add_document",
    "affected_orders",
    "align_tax_classes",
    "announce_change",
    "announce_due",
    "announce_late_orders",
    "announce_notice",
    "any_asked",
    "demands",
    "drop_vehicle",
    "forget_dates",
    "forget_unconfirmed_dates",
    "forgive_missed",
    "guess_goods_categories",
    "insert_records",
    "issue_notice",
    "keep_dates",
    "keep_promise",
    "keep_vehicle",
    "mark_missing",
    "merge_fitments",
    "merge_references",
    "merge_successions",
    "name_makers",
    "note_price",
    "rebuild_vehicle_types",
    "record_price_changes",
    "remember_unchanged",
    "remove_document",
    "resolve_successions",
    "review_everything",
    "review_products",
    "review_publishing",
    "save_brand",
    "save_manufacturer",
    "save_part",
    "set_demand",
    "set_fitments",
    "set_goods_category",
    "set_successors",
    "update_records",
    "update_trade",
]
