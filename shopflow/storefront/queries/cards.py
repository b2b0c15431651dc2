# ruff: noqa: S608, S611 - the SQL is put together from table names only
"""Cards: what a list says of a product, in a number of queries that does not grow with the list."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import BooleanField, Prefetch, QuerySet
from django.db.models.expressions import RawSQL
from oscar.core.loading import get_model

from shopflow.contracts.types import Label
from shopflow.parts.base_prices import base_price
from shopflow.parts.models import PartRecord
from shopflow.parts.presenting import pack_words
from shopflow.parts.queries import lowest_net_cents
from shopflow.parts.tyre_labels import label_words
from shopflow.storefront.queries.pictures import Picture, pictures
from shopflow.tax.queries import Situation
from shopflow.tax.rates import STANDARD, gross_price

CARD_BOX = 320


@dataclass(frozen=True, kw_only=True)
class Card:
    """A product in a list. ``price`` includes VAT; None when it has none. ``is_from`` marks the cheapest variant's.

    A part ``is_on_request`` is shown without a price: customers ask for it.

    ``deposit`` is refundable, includes VAT and stands beside the price, never in it (§ 7 PAngV). ``tyre_label`` is the
    EU label in words, near the price (Reg. (EU) 2020/740 Art. 6). ``pack`` says what the price is for, where it is
    not for one piece; ``multiple`` is how many must be bought together; what ``is_pickup_only`` is never sent.
    ``lowest`` is the lowest price of the 30 days before a reduction that is announced (§ 11 PAngV).
    """

    product: Any
    url: str
    title: str
    number: str
    brand: str
    price: Decimal | None
    currency: str
    is_from: bool
    is_available: bool
    can_add: bool
    is_digital: bool
    lead_days: int | None
    deposit: Decimal | None
    base_price: tuple[Decimal, Label] | None
    picture: Picture | None
    reason: str = ""
    is_on_request: bool = False
    tyre_label: str = ""
    pack: str = ""
    multiple: int = 1
    is_pickup_only: bool = False
    lowest: Decimal | None = None


def bare_products(product_ids: Collection[int] | QuerySet[Any, int], *, hidden_too: bool = False) -> QuerySet[Any]:
    """Public products (``hidden_too``: all) with their class, part data and whether they have options; no pictures."""
    return (
        get_model("catalogue", "Product")
        .objects.filter(pk__in=product_ids, is_public__in=[True, False] if hidden_too else [True])
        .order_by()
        .select_related("product_class", "part_record__brand")
        .annotate(**_has_options())
    )


@cache
def _has_options() -> dict[str, RawSQL]:
    """The annotations of Oscar's ``base_queryset``, as SQL that is put together once."""
    product_model, kind = get_model("catalogue", "Product"), get_model("catalogue", "ProductClass")
    product, of_kind = product_model._meta.db_table, kind.options.through._meta.db_table
    of_product = product_model.product_options.through._meta.db_table
    return {
        "has_product_class_options": RawSQL(  # nosec B611 - names of tables only
            f"EXISTS(SELECT 1 FROM {of_kind} o WHERE o.productclass_id = {product}.product_class_id)",
            (),
            BooleanField(),
        ),
        "has_product_options": RawSQL(  # nosec B611 - names of tables only
            f"EXISTS(SELECT 1 FROM {of_product} o WHERE o.product_id = {product}.id)", (), BooleanField()
        ),
    }


def prefetches() -> list[Prefetch]:
    """What else a card needs: the pictures, first one first."""
    return [Prefetch("images", queryset=get_model("catalogue", "ProductImage").objects.order_by("display_order"))]


def listed_products(product_ids: Sequence[int]) -> QuerySet[Any]:
    """Public products with all that a card needs of them."""
    return bare_products(product_ids).prefetch_related(*prefetches())


def cards(product_ids: Sequence[int], strategy: Any, *, reasons: dict[int, str] | None = None) -> list[Card]:
    """Cards for these products in this order; products that are no longer public are left out."""
    found = {product.pk: product for product in listed_products(product_ids)}
    return cards_of([found[pk] for pk in product_ids if pk in found], strategy, reasons=reasons)


def cards_of(
    products: Sequence[Any],
    strategy: Any,
    *,
    reasons: dict[int, str] | None = None,
    offers: Mapping[int, Any] | None = None,
) -> list[Card]:
    """Cards for products that came from :func:`listed_products`; ``offers`` are their prices if already known."""
    if offers is None:
        offers = strategy.fetch_for_products(products)
    shown = pictures((_picture_name(product) for product in products), box=CARD_BOX)
    return [
        card_of(
            product,
            offers[product.pk],
            strategy.situation,
            picture=shown.get(_picture_name(product)),
            reason=(reasons or {}).get(product.pk, ""),
        )
        for product in products
    ]


def reduced(found: Sequence[Card], situation: Situation, *, since: datetime) -> list[Card]:
    """The cards with the lowest price of the 30 days before ``since``, when a reduction of them began. One query.

    Digital goods have none: § 11 PAngV speaks of goods.
    """
    lowest = lowest_net_cents([card.product.pk for card in found], at=since)
    return [replace(card, lowest=_lowest(card, lowest.get(card.product.pk), situation)) for card in found]


def _lowest(card: Card, net_cents: int | None, situation: Situation) -> Decimal | None:
    part = part_of(card.product)
    if card.is_digital:
        return None
    if net_cents is None or part is None:
        return card.price
    return gross_price(Decimal(net_cents) / 100, situation.shelf_rate(part.tax_class))


def card_of(
    product: Any, offer: Any, situation: Situation, *, picture: Picture | None = None, reason: str = ""
) -> Card:
    part = part_of(product)
    price = offer.price.incl_tax if offer.price.exists else None
    available = bool(offer.availability.is_available_to_buy) and offer.price.exists
    return Card(
        product=product,
        url=product.get_absolute_url(),
        title=product.get_title(),
        number=part.number_display if part else (product.upc or ""),
        brand=part.brand.name if part else "",
        price=price,
        base_price=base_price(part, price),
        currency=offer.price.currency or "",
        is_from=product.is_parent,
        is_available=available,
        can_add=available and product.is_standalone and not product.has_options,
        is_digital=not product.is_shipping_required,
        lead_days=part.lead_days if part else None,
        deposit=deposit_of(part, situation),
        picture=picture,
        reason=reason,
        is_on_request=price is None and part is not None and part.is_on_request,
        tyre_label=label_words(part.attributes) if part and part.attributes else "",
        pack=pack_words(part.unit, part.sales_qty, part.content_milli) if part else "",
        multiple=part.order_multiple if part else 1,
        is_pickup_only=part.pickup_only if part else False,
    )


def part_of(product: Any) -> PartRecord | None:
    """The product's part data, without a query when it was selected with the product."""
    return getattr(product, "part_record", None)


def deposit_of(part: PartRecord | None, situation: Situation) -> Decimal | None:
    """Refundable deposits on one piece (battery, old part), VAT included; None when there are none."""
    if part is None or not (part.battery_deposit_gross_cents or part.core_deposit_cents):
        return None
    battery = Decimal(part.battery_deposit_gross_cents or 0) / 100
    core = gross_price(Decimal(part.core_deposit_cents or 0) / 100, situation.shelf_rate(STANDARD))
    return battery + core


def _picture_name(product: Any) -> str:
    images = list(product.images.all())
    return str(images[0].original.name) if images else ""
