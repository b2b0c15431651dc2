"""Oscar's baskets, whose lines come with all that pricing them takes, in one query."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from oscar.apps.basket.abstract_models import AbstractBasket

PRICED_WITH = ("product__product_class", "product__shopflow_tax", "stockrecord")
SHOWN_WITH = ("attributes", "product__images")


class Basket(AbstractBasket):
    """``offers_possible`` is false only for a basket that was read with the knowledge that no offer can apply."""

    offers_possible = True
    shown = True
    """Whether the lines are read with options and pictures; a request that only acts asks for them when it shows."""

    def all_lines(self) -> Any:
        """Oscar's cached set of lines."""
        if self.id is None or self._lines is not None:
            return super().all_lines()
        lines = self.lines.select_related(*PRICED_WITH).order_by(self._meta.pk.name)
        children = [line.product for line in lines if line.product.is_child]
        prefetch_related_objects(children, "parent__product_class")
        self._lines = lines
        if self.shown:
            self.read_for_display()
        return self._lines

    def read_for_display(self) -> None:
        """Read what a page shows of the lines beyond names and prices; nothing that was read before."""
        self.shown = True
        if self._lines is not None:
            prefetch_related_objects(list(self._lines), *SHOWN_WITH)

    @property
    def num_lines(self) -> int:
        """Number of lines; they are read, because whoever counts them goes on to use them."""
        return len(self.all_lines())


from oscar.apps.basket.models import *  # noqa: E402
