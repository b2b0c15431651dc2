"""Oscar's managers of baskets; the one for open baskets also tells whether any offer can apply."""

from __future__ import annotations

from typing import Any

from oscar.apps.basket import managers as stock

from oscar_ext.basket.queries import with_offers_possible

SavedBasketManager = stock.SavedBasketManager


class OpenBasketManager(stock.OpenBasketManager):
    def get_queryset(self) -> Any:
        return with_offers_possible(super().get_queryset())
