"""What a delivery does not say of a part, taken from the shop before prices and stock are reckoned.

A list of prices or stock names neither pack nor price unit nor, perhaps, the discount group. A part that is sold in
packs of 200 and priced per 100 would go for a hundredth of its price, and its pieces would be counted as packs. The
same holds for what staff have locked: price and stock follow the pack that the part is sold in, not the delivered one.
"""

from __future__ import annotations

from django.db.models import Q
from oscar.core.loading import get_model

from dealer_import.models import FieldOwner
from dealer_import.pricing import MICRO, PriceRule
from dealer_import.scope import Scope
from dealer_import.staging import Staging
from dealer_import.unchanged import partner_id
from shopflow.parts.models import PartRecord
from shopflow.parts.services.sql import cents, execute, literal

RECORD, OWNER = PartRecord._meta.db_table, FieldOwner._meta.db_table
LOCKED = Q(owner=FieldOwner.Owner.LOCKED)
QUANTITY = "CASE WHEN k.per > 1 THEN k.pack ELSE 1 END"
"""SQL: units in one sale of a part ``k``."""


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
    if borrows(scope, staging.rule):
        _complete(staging, scope)
    if staging.has_waiting_prices:
        _go_on(staging, scope)


def _complete(staging: Staging, scope: Scope) -> None:
    parts, plan, later = staging.tables.parts, staging.tables.plan, staging.tables.later_prices
    known = f"""SELECT s.line, {_chosen("price_per", scope)} AS per, {_chosen("pack_qty", scope)} AS pack,
                    {_chosen("discount_group", scope)} AS discount_group
                FROM {parts} s LEFT JOIN {plan} p ON p.line = s.line
                LEFT JOIN {RECORD} r ON r.id = COALESCE(p.part_id, s.known_part)"""
    quantity = QUANTITY
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


def _go_on(staging: Staging, scope: Scope) -> None:
    """Until the delivered list price holds, the shop's does, for the price of a sale, too: as long as no offer holds.

    A part that the shop sells without a list price keeps what it costs.
    """
    parts, plan, later = staging.tables.parts, staging.tables.plan, staging.tables.later_prices
    record = get_model("partner", "StockRecord")._meta.db_table
    per, in_force = _chosen("price_per", scope), "CAST(r.list_price_cents AS bigint)"
    known = f"""SELECT s.line, {per} AS per, {_chosen("pack_qty", scope)} AS pack,
                    {_chosen("discount_group", scope)} AS discount_group, {cents("o.price")} AS paid,
                    (2 * {in_force} * ({per}) + r.price_per) / (2 * r.price_per) AS cents
                FROM {parts} s LEFT JOIN {plan} p ON p.line = s.line
                JOIN {RECORD} r ON r.id = COALESCE(p.part_id, s.known_part)
                LEFT JOIN {record} o ON o.product_id = r.product_id AND o.partner_id = {partner_id(scope)}
                WHERE s.price_waits = 1"""
    factor = rule_factor(staging.rule, "k")
    reckoned = _at_least_one(_rounded(f"k.cents * ({factor})", QUANTITY))
    execute(
        f"""UPDATE {parts} AS s SET sale_cents = CASE WHEN k.cents > 0 THEN {reckoned} ELSE k.paid END
            FROM ({known}) k WHERE k.line = s.line AND s.offer_cents IS NULL"""
    )
    execute(
        f"""UPDATE {later} AS x SET list_price_cents = k.cents,
                sale_cents = CASE WHEN x.offer_cents IS NULL THEN {reckoned} ELSE x.sale_cents END
            FROM ({known}) k WHERE k.line = x.line AND x.waits = 1 AND k.cents > 0"""
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
    on_request = f"{row}.list_price_cents = 0 AND {row}.offer_cents IS NULL"
    return f"CASE WHEN {on_request} THEN NULL ELSE {_at_least_one(_rounded(micro, quantity))} END"


def _rounded(micro: str, quantity: str) -> str:
    return f"(2 * ({micro}) * ({quantity}) + k.per * {MICRO}) / (2 * k.per * {MICRO})"


def _at_least_one(sale_cents: str) -> str:
    return f"CASE WHEN {sale_cents} < 1 THEN 1 ELSE {sale_cents} END"
