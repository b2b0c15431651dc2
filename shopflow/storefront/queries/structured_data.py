"""What search engines read: schema.org as JSON-LD. Plain data; templates put it into the page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from shopflow.contracts.types import JSONDict
from shopflow.storefront.queries.categories import CategoryNode
from shopflow.storefront.queries.product import ProductPage

_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def product_data(page: ProductPage, request: HttpRequest) -> JSONDict:
    """The product with its offer and, where there are any, the ratings that the page shows."""
    card = page.card
    data: JSONDict = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": card.title,
        "url": request.build_absolute_uri(card.url),
        "description": strip_tags(page.product.get_meta_description())[:500],
        "image": [request.build_absolute_uri(picture.url) for picture in page.gallery],
        "sku": page.product.upc or str(page.product.pk),
        "mpn": card.number,
    }
    if card.brand:
        data["brand"] = {"@type": "Brand", "name": card.brand}
    if card.price is not None:
        data["offers"] = {
            "@type": "AggregateOffer" if card.is_from else "Offer",
            "lowPrice" if card.is_from else "price": str(card.price),
            "priceCurrency": card.currency,
            "availability": f"https://schema.org/{'InStock' if card.is_available else 'OutOfStock'}",
            "url": request.build_absolute_uri(card.url),
        }
    if page.reviews:
        data["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": f"{sum(r.score for r in page.reviews) / len(page.reviews):.1f}",
            "reviewCount": len(page.reviews),
            "bestRating": 5,
        }
    return {key: value for key, value in data.items() if value not in ("", [], None)}


def breadcrumbs_data(trail: Sequence[CategoryNode], product: Any, request: HttpRequest) -> JSONDict:
    """The way from the shop's front to the product."""
    steps = [(node.name, node.url) for node in trail] + [(product.get_title(), product.get_absolute_url())]
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": request.build_absolute_uri(url)}
            for place, (name, url) in enumerate(steps, start=1)
        ],
    }


def as_script_text(data: JSONDict) -> SafeString:
    """``data`` as JSON that cannot end the script element it stands in."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_ESCAPES))
