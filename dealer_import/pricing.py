"""From the list price to the net price of one sale: the profile's price rule, and prices that hold from a later day.

Pure. Amounts are cents without VAT, factors are decimal texts such as ``"0.95"``, rounding is half up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, NamedTuple

from dealer_import.canonical import Part
from dealer_import.profiles.model import BadProfile
from dealer_import.sentences import say as _

MAX_FACTOR = Decimal(10)
MICRO = 1_000_000
"""Factors are whole millionths."""


class LaterPrice(NamedTuple):
    """A price that holds from a day on: list price and special offer of ``price_per`` units, net price of one sale.

    ``waits`` says that the delivered list price does not hold yet on that day: a part that the shop has goes on with
    its own, and these amounts are those of a new one.
    """

    valid_from: date
    list_price_cents: int
    sale_cents: int
    offer_cents: int | None
    waits: bool = False


@dataclass(frozen=True)
class PriceRule:
    """``price_rule = { factor = "0.95", by_group = { "21" = "0.80" } }``: the list price times the factor of the part's
    discount group, or the general one.
    """

    factor: Fraction = Fraction(1)
    by_group: Mapping[str, Fraction] = field(default_factory=dict)

    def sale_cents(self, part: Part, list_price_cents: int) -> int:
        """The net price of one sale, rounded half up to the cent; at least one cent."""
        return self.reckoned(part.discount_group, list_price_cents, part.sales_qty, part.price_per)

    def reckoned(self, group: str, list_price_cents: int, sales_qty: int, price_per: int) -> int:
        """:meth:`sale_cents` from what it depends on."""
        factor = self.by_group.get(group, self.factor)
        cents, units = list_price_cents * sales_qty * factor.numerator, price_per * factor.denominator
        return max(1, (2 * cents + units) // (2 * units))

    @property
    def is_plain(self) -> bool:
        return self.factor == 1 and not self.by_group


def price_rule(name: str, options: Mapping[str, Any]) -> PriceRule:
    """The rule in the table of the profile ``name``. Raises :class:`BadProfile`."""
    table = options.get("price_rule", {})
    if not isinstance(table, Mapping) or not isinstance(table.get("by_group", {}), Mapping):
        raise BadProfile(_("Profile %(name)s, price_rule: it must be a table.") % {"name": name})
    groups = {str(group): _factor(name, value) for group, value in table.get("by_group", {}).items()}
    return PriceRule(_factor(name, table.get("factor", "1")), groups)


def _factor(name: str, value: Any) -> Fraction:
    try:
        factor = Decimal(str(value))
    except InvalidOperation:
        factor = Decimal(0)
    if isinstance(value, bool) or not factor.is_finite() or not 0 < factor <= MAX_FACTOR:
        raise BadProfile(
            _("Profile %(name)s, price_rule: “%(value)s” is no factor; write such as “0.95”.")
            % {"name": name, "value": value}
        )
    return Fraction(factor.quantize(Decimal("0.000001"), ROUND_HALF_UP))


class PricePlan(NamedTuple):
    """What a part costs now, and later. ``waits`` says that the list price of the shop goes on for now.

    ``offer_cents`` is the special offer for ``price_per`` units while it holds. Without ``sale_cents`` the price is
    told on request.
    """

    sale_cents: int | None
    waits: bool
    later: tuple[LaterPrice, ...]
    offer_cents: int | None = None


def price_plan(part: Part, rule: PriceRule, today: date) -> PricePlan:
    """The prices of ``part`` as of ``today``: list price with its first day, and a special offer with its days."""
    regular = part.sale_price_cents if rule.is_plain else rule.sale_cents(part, part.list_price_cents)
    first = part.valid_from or today
    waits = first > today
    if part.offer_price_cents is None and not waits:
        return PricePlan(regular, False, ())
    offer, begins = part.offer_cents_per_sale, part.offer_from or today
    ends = part.offer_until if part.offer_until != date.max else None  # systems write “for good” as 31.12.9999

    def offer_on(day: date) -> int | None:
        return part.offer_price_cents if begins <= day and (ends is None or day <= ends) else None

    def price_on(day: date) -> LaterPrice:
        on_offer = offer_on(day)
        sale = regular if on_offer is None else offer
        return LaterPrice(day, part.list_price_cents, sale, on_offer, waits and day < first)

    days = {first} if waits else set()
    if part.offer_price_cents is not None:
        days |= {begins} | ({ends + timedelta(days=1)} if ends is not None else set())
    now, later = price_on(today), tuple(price_on(day) for day in sorted(days) if day > today)
    return PricePlan(now.sale_cents, waits, later, now.offer_cents)
