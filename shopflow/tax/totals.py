"""The VAT in a purchase, as its invoice states it: per rate, and apart from it the VAT on old parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from shopflow.tax.decisions import Treatment
from shopflow.tax.rates import ZERO, RateTotal, old_part_vat, totals_by_rate


@dataclass(frozen=True)
class TaxedSum:
    """A part of a purchase: what is paid for it, and what it cost before discounts, both in euros including VAT."""

    treatment: Treatment
    gross: Decimal
    before_discounts: Decimal


def stated_vat(sums: Iterable[TaxedSum]) -> list[RateTotal]:
    """Net and VAT per rate, taken from the totals (§ 14 (4) No. 7 and 8 UStG), then the VAT on old parts.

    The old part's value is a tenth of the price before discounts, whatever is paid in the end.
    """
    goods: dict[Decimal, Decimal] = defaultdict(lambda: ZERO)
    old_parts: dict[Decimal, Decimal] = defaultdict(lambda: ZERO)
    for part in sums:
        rate = part.treatment.of_the_rest.rate
        share = ZERO
        if part.treatment.old_part:
            share = min(old_part_vat(part.before_discounts, part.treatment.rate), part.gross)
            old_parts[rate] += share
        goods[rate] += part.gross - share
    return [
        *totals_by_rate(goods),
        *(RateTotal(rate, vat, ZERO, vat, old_parts=True) for rate, vat in sorted(old_parts.items(), reverse=True)),
    ]
