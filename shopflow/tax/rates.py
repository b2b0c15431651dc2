"""What a rate is, and the arithmetic between net and gross: pure functions.

Rates are fractions (``Decimal("0.19")``), amounts are euros.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")

STANDARD, REDUCED, EBOOK, MARGIN, EXCHANGE = "standard", "reduced", "ebook", "margin", "exchange"
"""Tax classes of products. ``margin`` marks second-hand goods taxed on the margin (§ 25a UStG), ``exchange`` parts that
are sold for money and the old part."""

OLD_PART_SHARE = Decimal("0.10")
"""What the old part is worth, of the exchange part's net price before discounts (section 10.5 (3) UStAE)."""


def to_cents(amount: Decimal) -> Decimal:
    """``amount`` rounded half up to whole cents, as German invoices do."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def gross_price(net: Decimal, rate: Decimal) -> Decimal:
    """The price including VAT for a net price: ``round_half_up(net × (1 + rate))``, in euros and cents."""
    return to_cents(net * (1 + rate))


def vat_in(gross: Decimal, rate: Decimal) -> Decimal:
    """The VAT contained in ``gross``, rounded half up to the cent; take it from totals, never from single pieces."""
    return to_cents(gross * rate / (1 + rate))


def net_unit_price(gross: Decimal, rate: Decimal) -> Decimal:
    """``gross`` without VAT to four decimals, so that a hundred pieces do not add up a hundred rounding errors."""
    return (gross / (1 + rate)).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def with_old_part(rate: Decimal) -> Decimal:
    """What ``rate`` comes to of an exchange part's net price: VAT is owed on the price and on the old part's value."""
    return rate * (1 + OLD_PART_SHARE)


def without_old_part(rate: Decimal) -> Decimal:
    """The rate that :func:`with_old_part` was given."""
    return rate / (1 + OLD_PART_SHARE)


def old_part_vat(gross: Decimal, rate: Decimal) -> Decimal:
    """The VAT on the old part's value in ``gross``, the price before discounts at the rate ``with_old_part``."""
    return to_cents(gross * without_old_part(rate) * OLD_PART_SHARE / (1 + rate))


@dataclass(frozen=True)
class RateTotal:
    """What was sold at one rate: ``gross = net + vat``. Nothing but VAT where it is for ``old_parts``."""

    rate: Decimal
    gross: Decimal
    net: Decimal
    vat: Decimal
    old_parts: bool = False


def totals_by_rate(gross_by_rate: Mapping[Decimal, Decimal]) -> list[RateTotal]:
    """Net and VAT per rate, extracted from the gross totals (§ 14 (4) No. 7 and 8 UStG); highest rate first."""
    totals = []
    for rate, gross in sorted(gross_by_rate.items(), reverse=True):
        vat = vat_in(gross, rate)
        totals.append(RateTotal(rate=rate, gross=gross, net=gross - vat, vat=vat))
    return totals


def share_out(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Split ``amount`` (whole cents, any sign) in proportion to ``weights``; the parts add up to it exactly.

    Largest remainder: every part is rounded towards zero, the cents left over go to the largest remainders, and among
    equals to the first. Raises ValueError when nothing has weight.
    """
    whole = sum(weights, ZERO)
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("Shares need weights that are not negative, and at least one above zero.")
    cents = int(to_cents(abs(amount)) * 100)
    exact = [cents * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
    for index in by_remainder[: cents - sum(parts)]:
        parts[index] += 1
    sign = -1 if amount < 0 else 1
    return [sign * Decimal(part) / 100 for part in parts]
