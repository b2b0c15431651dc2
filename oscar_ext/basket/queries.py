"""Reads of baskets that spare later ones."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from oscar.apps.offer import applicator as stock
from oscar.core.loading import get_class, get_model


def with_offers_possible(baskets: Any, basket: str = "pk") -> Any:
    """Add ``offers_possible``: whether a voucher lies in the basket or the shop has any open offer.

    Where it is false, applying offers would find none in two queries more. ``basket`` is the path to the basket's key.
    """
    vouchers = get_model("basket", "Basket").vouchers.through.objects.filter(basket_id=OuterRef(basket))
    offer = get_model("offer", "ConditionalOffer")
    offers = offer.objects.filter(offer_type=offer.SITE, status=offer.OPEN)
    return baskets.annotate(offers_possible=Q(Exists(vouchers)) | Q(Exists(offers)))


def only_stored_offers() -> bool:
    """Whether every offer is a row or a voucher; not so where a shop's own applicator knows offers of other kinds."""
    applicator = get_class("offer.applicator", "Applicator")
    hooks = ("apply", "get_offers", "get_site_offers", "get_basket_offers", "get_user_offers", "get_session_offers")
    return all(getattr(applicator, hook) is getattr(stock.Applicator, hook) for hook in hooks)
