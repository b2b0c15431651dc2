"""What a delivery does not say of a part, taken from the shop before prices and stock are reckoned.

A list of prices or stock names neither pack nor price unit nor, perhaps, the discount group. A part that is sold in
packs of 200 and priced per 100 would go for a hundredth of its price, and its pieces would be counted as packs.
"""

from __future__ import annotations

from dealer_import.pricing import MICRO, PriceRule
from dealer_import.scope import Scope
from dealer_import.staging import Staging
from shopflow.parts.models import PartRecord
from shopflow.parts.services.sql import execute

RECORD = PartRecord._meta.db_table


def borrows(scope: Scope, rule: PriceRule) -> bool:
    """Whether something is left out that a price or a stock hangs on."""
    needed = {"pack_qty", "price_per"} | ({"discount_group"} if rule.by_group else set())
    return bool(scope.provided & {"list_price", "stock"}) and not needed <= scope.provided


def borrow(staging: Staging, scope: Scope) -> None:
    """Complete the rows of parts that the shop has, and reckon price and stock of one sale anew.

    Integers throughout: amounts in millionths of a cent, rounded half up once, as :mod:`dealer_import.pricing` does.
    """
    if not borrows(scope, staging.rule):
        return
    parts, plan, later = staging.tables.parts, staging.tables.plan, staging.tables.later_prices
    known = f"""SELECT s.line, {_chosen("price_per", scope)} AS per, {_chosen("pack_qty", scope)} AS pack,
                    {_chosen("discount_group", scope)} AS discount_group
                FROM {parts} s JOIN {plan} p ON p.line = s.line JOIN {RECORD} r ON r.id = p.part_id"""
    quantity = "CASE WHEN k.per > 1 THEN k.pack ELSE 1 END"
    factor = rule_factor(staging.rule, "k")
    pieces = f"s.stock / ({quantity})" if scope.profile.stock_counts == "pieces" else "s.stock"
    execute(
        f"""UPDATE {parts} AS s SET price_per = k.per, pack_qty = k.pack, sales_qty = {quantity},
                sale_cents = {_sale("s", quantity, factor)}, stock = {pieces}
            FROM ({known}) k WHERE k.line = s.line"""
    )
    if staging.has_later_prices:
        execute(
            f"""UPDATE {later} AS x SET price_per = k.per, sale_cents = {_sale("x", quantity, factor)}
                FROM ({known}) k WHERE k.line = x.line"""
        )


def _chosen(field: str, scope: Scope) -> str:
    return f"s.{field}" if field in scope.provided else f"r.{field}"


def rule_factor(rule: PriceRule, row: str) -> str:
    """SQL for the rule's factor for the discount group of ``row``, in millionths."""
    if not rule.by_group:
        return str(int(rule.factor * MICRO))
    whens = " ".join(f"WHEN {_quoted(group)} THEN {int(factor * MICRO)}" for group, factor in rule.by_group.items())
    return f"CASE {row}.discount_group {whens} ELSE {int(rule.factor * MICRO)} END"


def _quoted(text: str) -> str:
    """``text`` as an SQL literal in a statement that has parameters."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def _sale(row: str, quantity: str, factor: str) -> str:
    exact = f"CAST({row}.list_price_cents AS bigint) * ({factor})"
    micro = f"CASE WHEN {row}.offer_cents IS NULL THEN {exact} ELSE CAST({row}.offer_cents AS bigint) * {MICRO} END"
    cents = f"(2 * ({micro}) * ({quantity}) + k.per * {MICRO}) / (2 * k.per * {MICRO})"
    on_request = f"{row}.list_price_cents = 0 AND {row}.offer_cents IS NULL"
    return f"CASE WHEN {on_request} THEN NULL WHEN {cents} < 1 THEN 1 ELSE {cents} END"
