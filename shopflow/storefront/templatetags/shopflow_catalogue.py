"""Tags for pages that show pieces of the catalogue: the category menu, tiles, new goods, drawn icons."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide
from oscar.core.loading import get_class

from shopflow.contracts.types import JSONDict
from shopflow.storefront.queries.cards import cards
from shopflow.storefront.queries.categories import CategoryNode, category_tree
from shopflow.storefront.queries.listing import Listing, newest_ids
from shopflow.storefront.queries.structured_data import as_script_text
from shopflow.storefront.queries.words import fold

register = template.Library()

ICONS = (
    ("bremsflussig", "droplets"),
    ("brems", "disc-3"),
    ("kuhl", "thermometer-snowflake"),
    ("olfilter", "funnel"),
    ("filter", "funnel"),
    ("ol", "droplet"),
    ("flussig", "droplets"),
    ("batterie", "battery-charging"),
    ("elektr", "zap"),
    ("zund", "zap"),
    ("licht", "lightbulb"),
    ("lampe", "lightbulb"),
    ("scheinwerfer", "lightbulb"),
    ("reifen", "circle-dot"),
    ("rad", "circle-dot"),
    ("motor", "cog"),
    ("abgas", "wind"),
    ("auspuff", "wind"),
    ("fahrwerk", "move-vertical"),
    ("dampfer", "move-vertical"),
    ("karosserie", "car"),
    ("spiegel", "car"),
    ("scheibe", "car"),
    ("wischer", "cloud-rain"),
    ("werkzeug", "wrench"),
    ("zubehor", "package-plus"),
    ("innenraum", "armchair"),
    ("kurs", "graduation-cap"),
    ("buch", "book-open"),
    ("software", "app-window"),
    ("lizenz", "key-round"),
    ("digital", "download"),
)
"""A drawn icon by what a name holds, folded; the first that fits."""


@register.simple_tag(name="category_tree")
def category_tree_tag() -> list[CategoryNode]:
    """``{% category_tree as tree %}``: root categories of the menu with ``name``, ``url``, ``menu_children``."""
    return [node for node in category_tree().roots if node.in_menu]


@register.inclusion_tag("shopflow/storefront/includes/category_tiles.html")
def category_tiles() -> dict[str, Any]:
    """The root categories as tiles with drawn icons."""
    return {"tiles": category_tree_tag()}


@register.inclusion_tag("shopflow/storefront/includes/product_row.html", takes_context=True)
def newest_products(context: template.Context, count: int = 4) -> dict[str, Any]:
    """``{% newest_products 4 %}``: the newest products that can be bought at once."""
    return _row(context, newest_ids(int(count)))


@register.inclusion_tag("shopflow/storefront/includes/product_row.html", takes_context=True)
def category_products(context: template.Context, slug: str, count: int = 4) -> dict[str, Any]:
    """``{% category_products "digitale-gueter" 3 %}``: the newest products of the category with this last slug."""
    shelf = next((node.id for node in category_tree().walk() if node.slug.rsplit("/", 1)[-1] == slug), None)
    return _row(context, Listing(shelf=shelf).page(size=int(count)).product_ids if shelf else ())


def _row(context: template.Context, product_ids: Sequence[int]) -> dict[str, Any]:
    request = context.get("request")
    strategy = getattr(request, "strategy", None) or get_class("partner.strategy", "Selector")().strategy(request)
    return {"cards": cards(product_ids, strategy), "situation": strategy.situation, "request": request}


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, size: int = 20) -> SafeString:
    """A decorative icon, drawn once per process: lists repeat a few icons a hundred times."""
    return lucide(name, size=size, aria_hidden="true", **{"class": "icon"})


@register.simple_tag
def part_icon(name: str, size: int = 32) -> SafeString:
    """A drawn icon for a product group or a product without a picture."""
    folded = fold(str(name))
    return icon(next((drawn for word, drawn in ICONS if word in folded), "package"), size)


@register.filter
def json_ld(data: JSONDict) -> SafeString:
    """``data`` for a ``<script type="application/ld+json">``; a data block is not run, so the CSP lets it be."""
    return as_script_text(data)
