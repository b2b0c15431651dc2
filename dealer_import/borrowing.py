"""What a delivery does not say of a part, taken from the shop before prices and stock are reckoned.

A list of prices or stock names neither pack nor price unit nor, perhaps, the discount group. A part that is sold in
packs of 200 and priced per 100 would go for a hundredth of its price, and its pieces would be counted as packs. The
same holds for what staff have locked: price and stock follow the pack that the part is sold in, not the delivered one.
"""

from __future__ import annotations

from django.db.models import Q

from dealer_import.models import FieldOwner
from dealer_import.pricing import MICRO, PriceRule
from dealer_import.scope import Scope
from dealer_import.staging import Staging
from shopflow.parts.models import PartRecord
from shopflow.parts.services.sql import execute, literal

RECORD, OWNER = PartRecord._meta.db_table, FieldOwner._meta.db_table
LOCKED = Q(owner=FieldOwner.Owner.LOCKED)


def borrows(scope: Scope, rule: PriceRule) -> bool:
    """Whether something is left out, or locked for any part, that a price or a stock hangs on."""
    needed = {"pack_qty", "price_per"} | ({"discount_group"} if rule.by_group else set())
    if not scope.provided & {"list_price", "stock"}:
        return False
    return not needed <= scope.provided or FieldOwner.objects.filter(LOCKED, field__in=needed).exists()


def borrow(staging: Staging, scope: Scope) -> None:
    """Complete the rows of parts that the shop has, and reckon price and stock of one sale anew.

    Integers throughout: amounts in millionths of a cent, rounded half up once, as :mod:`dealer_import.pricing` does.
    """
    if not borrows(scope, staging.rule):
        return
    parts, plan, later = staging.tables.parts, staging.tables.plan, staging.tables.later_prices
    known = f"""SELECT s.line, {_chosen("price_per", scope)} AS per, {_chosen("pack_qty", scope)} AS pack,
                    {_chosen("discount_group", scope)} AS discount_group
                FROM {parts} s LEFT JOIN {plan} p ON p.line = s.line
                LEFT JOIN {RECORD} r ON r.id = COALESCE(p.part_id, s.known_part)"""
    quantity = "CASE WHEN k.per > 1 THEN k.pack ELSE 1 END"
    factor = rule_factor(staging.rule, "k")
    pieces = f"s.stock / ({quantity})" if scope.profile.stock_counts == "pieces" else "s.stock"
    execute(
        f"""UPDATE {parts} AS s SET {_taken("price_per", "k.per", scope)} {_taken("pack_qty", "k.pack", scope)}
                sales_qty = {quantity}, sale_cents = {_sale("s", quantity, factor)}, stock = {pieces}
            FROM ({known}) k WHERE k.line = s.line"""
    )
    if staging.has_later_prices:
        execute(
            f"""UPDATE {later} AS x SET price_per = k.per, sale_cents = {_sale("x", quantity, factor)}
                FROM ({known}) k WHERE k.line = x.line"""
        )


def _chosen(field: str, scope: Scope) -> str:
    """What counts for price and stock: the delivered value, or the shop's where that is not to be changed."""
    if field not in scope.provided:
        return f"COALESCE(r.{field}, s.{field})"
    locked = f"SELECT 1 FROM {OWNER} o WHERE o.part_id = r.id AND o.field = '{field}' AND o.owner = 'locked'"
    return f"CASE WHEN EXISTS ({locked}) THEN r.{field} ELSE s.{field} END"


def _taken(field: str, value: str, scope: Scope) -> str:
    """A delivered value stays as it came, so that it is told when it has to stay outside."""
    return "" if field in scope.provided else f"{field} = {value},"


def rule_factor(rule: PriceRule, row: str) -> str:
    """SQL for the rule's factor for the discount group of ``row``, in millionths."""
    if not rule.by_group:
        return str(int(rule.factor * MICRO))
    whens = " ".join(f"WHEN {literal(group)} THEN {int(factor * MICRO)}" for group, factor in rule.by_group.items())
    return f"CASE {row}.discount_group {whens} ELSE {int(rule.factor * MICRO)} END"


def _sale(row: str, quantity: str, factor: str) -> str:
    exact = f"CAST({row}.list_price_cents AS bigint) * ({factor})"
    micro = f"CASE WHEN {row}.offer_cents IS NULL THEN {exact} ELSE CAST({row}.offer_cents AS bigint) * {MICRO} END"
    cents = f"(2 * ({micro}) * ({quantity}) + k.per * {MICRO}) / (2 * k.per * {MICRO})"
    on_request = f"{row}.list_price_cents = 0 AND {row}.offer_cents IS NULL"
    return f"CASE WHEN {on_request} THEN NULL WHEN {cents} < 1 THEN 1 ELSE {cents} END"
