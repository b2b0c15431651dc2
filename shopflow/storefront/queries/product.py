# ruff: noqa: S608 - the SQL is put together from table names only
"""Everything the product page shows, read together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.http import urlencode
from oscar.core.loading import get_model

from oscar_ext.shipping.methods import delivery_time
from oscar_ext.shipping.queries import rates_to
from shopflow.parts.queries.succession import superseded_by
from shopflow.storefront.queries.cards import Card, bare_products, card_of, cards_of, part_of, prefetches
from shopflow.storefront.queries.categories import CategoryNode, category_tree
from shopflow.storefront.queries.listing import Listing
from shopflow.storefront.queries.pictures import Picture, pictures

LARGE_BOX = 960
SIMILAR = 4
REVIEWS = 10


@dataclass(frozen=True, kw_only=True)
class ProductPage:
    """A product with its offer, pictures, way through the categories, similar goods, data and reviews."""

    product: Any
    card: Card
    offer: Any
    gallery: list[Picture]
    trail: list[CategoryNode]
    similar: list[Card]
    attributes: list[Any]
    reviews: list[Any]


def find_product(pk: int) -> Any | None:
    """The product with what its page needs, public or not; None when there is none."""
    if pk >= 2**63:
        return None
    return next(iter(bare_products([pk], hidden_too=True)), None)


def replacement_address(product: Any) -> str:
    """Where a hidden part's visitors go: the one part that takes its place, or the search that names all of them.

    Empty when nothing that can be looked at does.
    """
    part = part_of(product)
    succession = superseded_by([part.pk]).get(part.pk) if part else None
    if part is None or succession is None or not succession.for_sale:
        return ""
    if len(succession.parts) == 1:
        return str(succession.parts[0].product.get_absolute_url())
    return f"{reverse('shopflow-search')}?{urlencode({'q': part.number_display})}"


def product_page(product: Any, strategy: Any) -> ProductPage:
    """Read the page; the number of queries depends neither on the catalogue nor on what was looked at before."""
    owner = product.parent_id or product.pk
    trail, recommended = _surroundings(owner)
    similar = _similar(owner, trail, recommended)
    prefetch_related_objects([product, *similar], *prefetches())
    offers = strategy.fetch_for_products([product, *similar])
    names = [image.original.name for image in product.images.all()]
    large = pictures(names, box=LARGE_BOX)
    return ProductPage(
        product=product,
        card=card_of(product, offers[product.pk], strategy.situation),
        offer=offers[product.pk],
        gallery=[large[name] for name in names if name in large],
        trail=trail,
        similar=cards_of(similar, strategy, offers=offers),
        attributes=list(product.get_attribute_values().select_related("attribute", "value_option")),
        reviews=list(reviews_of(owner)) if _is_rated(product) else [],
    )


def delivery(country: str) -> str:
    """How long a parcel takes inside ``country``, as a text; empty while no shipping rate says so."""
    cheapest = min(rates_to(country), key=lambda rate: rate.price, default=None)
    return delivery_time(cheapest.days_from, cheapest.days_to) if cheapest and cheapest.days_to else ""


def reviews_of(product_id: int) -> QuerySet[Any]:
    """Approved reviews, newest first. ``is_purchase`` tells whether the reviewer has bought the product here."""
    review, line = get_model("reviews", "ProductReview"), get_model("order", "Line")
    bought = line.objects.filter(
        product_id=OuterRef("product_id"), order__user_id=OuterRef("user_id"), order__user__isnull=False
    ).exclude(order__status="cancelled")
    return (
        review.objects.filter(product_id=product_id, status=review.APPROVED)
        .annotate(is_purchase=Exists(bought))
        .select_related("user")
        .order_by("-date_created", "-pk")[:REVIEWS]
    )


def _is_rated(product: Any) -> bool:
    """Oscar keeps the rating up to date with the approved reviews, so without one there is nothing to read."""
    return (product.parent if product.is_child else product).rating is not None


def _surroundings(product_id: int) -> tuple[list[CategoryNode], list[int]]:
    """The way to the product's deepest public category (empty when it is in none), and what staff recommend with it."""
    with connection.cursor() as cursor:
        cursor.execute(_surroundings_sql(), [product_id, product_id])
        rows = cursor.fetchall()
    found = sorted(rows, key=lambda row: (-row[2], row[1]))
    tree = category_tree()
    nodes = [tree.by_id[pk] for kind, pk, _ in found if kind == "category" and pk in tree.by_id]
    trail = tree.trail(max(nodes, key=lambda node: len(node.path))) if nodes else []
    return trail, [pk for kind, pk, _ in found if kind == "product"]


def _surroundings_sql() -> str:
    link, recommendation = get_model("catalogue", "ProductCategory"), get_model("catalogue", "ProductRecommendation")
    return f"""SELECT 'category', category_id, 0 FROM {link._meta.db_table} WHERE product_id = %s
        UNION ALL SELECT 'product', recommendation_id, ranking FROM {recommendation._meta.db_table}
        WHERE primary_id = %s"""


def _similar(product_id: int, trail: list[CategoryNode], recommended: list[int]) -> list[Any]:
    """What staff recommend, then the newest of the same category."""
    if not recommended:
        entries = Listing(shelf=trail[-1].id).newest(SIMILAR + 1) if trail else ()
        found = [product for product in bare_products(entries) if product.pk != product_id] if trail else []
        return sorted(found, key=lambda product: (product.date_created, product.pk), reverse=True)[:SIMILAR]
    ids = recommended[:SIMILAR]
    if trail:
        ids += Listing(shelf=trail[-1].id).newest(SIMILAR + 1)
    chosen = [pk for pk in dict.fromkeys(ids) if pk != product_id][:SIMILAR]
    known = {product.pk: product for product in bare_products(chosen)}
    return [known[pk] for pk in chosen if pk in known]
