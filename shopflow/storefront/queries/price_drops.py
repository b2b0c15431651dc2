"""Whose watched price has fallen, by the price history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, OuterRef, Subquery
from oscar.core.loading import get_class

from shopflow.core import clock
from shopflow.parts.models import PriceHistory
from shopflow.storefront.models import PriceWatch
from shopflow.storefront.queries.cards import bare_products

FALL = 5
"""Percent below the price that the person knows; less is not worth a mail."""
LOOK_BACK = timedelta(days=30)
REST = timedelta(days=7)
"""Nobody is told of a product's price twice within this."""


@dataclass(frozen=True)
class PriceDrop:
    """A watched price that has fallen, in cents, net. ``lowest``: of the 30 days before ``now`` held (§ 11 PAngV)."""

    watch: PriceWatch
    now: int
    lowest: int
    change_id: int


@dataclass(frozen=True)
class OnSale:
    """What one piece of a public part costs now, in cents, net, and whether it can be bought."""

    net_cents: int
    is_buyable: bool


def on_sale(product_ids: Collection[int]) -> dict[int, OnSale]:
    """Of these products those that are public parts with a price of their own; few queries however many."""
    products = list(bare_products(product_ids).filter(part_record__isnull=False))
    offers = get_class("partner.strategy", "Selector")().strategy().fetch_for_products(products) if products else {}
    return {
        product_id: OnSale(round(offer.stockrecord.price * 100), bool(offer.availability.is_available_to_buy))
        for product_id, offer in offers.items()
        if offer.price.exists and offer.stockrecord is not None and offer.stockrecord.price
    }


def price_drops() -> list[PriceDrop]:
    """Every confirmed watch whose price has fallen and whose person has not been told of a price for a week.

    Two queries; what is looked through are the watches, not the catalogue.
    """
    newest = PriceHistory.objects.filter(part__product_id=OuterRef("product_id")).order_by("-valid_from", "-pk")
    waiting = PriceWatch.objects.filter(confirmed_at__isnull=False).exclude(told_at__gt=clock.now() - REST)
    fallen = waiting.annotate(now=Subquery(newest.values("new_net_cents")[:1]))
    return _really(fallen.filter(now__gt=0, now__lte=F("net_cents") * (100 - FALL) / 100).order_by("pk"))


def drop_of(watch: PriceWatch) -> PriceDrop | None:
    """The same for one watch, whenever its person was told; None when the price has not fallen enough."""
    return next(iter(_really([watch])), None)


def _really(watches: Iterable[PriceWatch]) -> list[PriceDrop]:
    rows = list(watches)
    if not rows:
        return []
    changes = defaultdict(list)
    known = PriceHistory.objects.filter(part__product_id__in={row.product_id for row in rows})
    for change in known.order_by("valid_from", "pk").annotate(product_id=F("part__product_id")):
        changes[change.product_id].append(change)
    return [drop for row in rows if (drop := _drop(row, changes[row.product_id])) is not None]


def _drop(watch: PriceWatch, changes: list[PriceHistory]) -> PriceDrop | None:
    """A price held in the 30 days before if the change that ended it lies in them; the last change ends the newest."""
    if not changes:
        return None
    last = changes[-1]
    lowest = min(row.old_net_cents for row in changes if row.valid_from > last.valid_from - LOOK_BACK)
    now = last.new_net_cents
    if not 0 < now < lowest or now * 100 > watch.net_cents * (100 - FALL):
        return None
    return PriceDrop(watch, now, lowest, last.pk)
