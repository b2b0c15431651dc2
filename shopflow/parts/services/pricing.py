"""The history of prices that no import has written."""

from __future__ import annotations

from decimal import Decimal

from oscar.core.loading import get_model

from shopflow.core import clock
from shopflow.parts.models import PriceHistory


def note_price(*, stock_record_id: int, price: Decimal | None) -> None:
    """Write down that this stock record's net ``price`` is about to become another one; nothing if it is none of a
    part's. A part without a price costs 0; the price after that stands in the next row, as in the history of imports.
    """
    record = get_model("partner", "StockRecord").objects.filter(pk=stock_record_id)
    was = record.values_list("price", "product__part_record").first()
    if was is None or was[1] is None:
        return
    old, new = (round(Decimal(str(amount or 0)) * 100) for amount in (was[0], price))
    if old not in (0, new):
        PriceHistory.objects.create(part_id=was[1], old_net_cents=old, new_net_cents=new, valid_from=clock.now())
