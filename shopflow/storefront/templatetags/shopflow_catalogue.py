"""Tags for pages that show pieces of the catalogue: the category menu, tiles, new goods, drawn icons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from lucide.templatetags.lucide import lucide
from oscar.core.loading import get_class

from shopflow.contracts.types import JSONDict
from shopflow.parts.queries import Fit
from shopflow.storefront.presenting import draw_card
from shopflow.storefront.queries.cards import Card, cards, reduced
from shopflow.storefront.queries.categories import CategoryNode, category_tree
from shopflow.storefront.queries.listing import Listing, newest_ids
from shopflow.storefront.queries.structured_data import as_script_text
from shopflow.storefront.queries.words import fold

register = template.Library()

ICONS = (
    ("bremsflussig", "droplets"),
    ("motorol", "droplet"),
    ("getriebeol", "droplet"),
    ("bremsbelag", "disc-2"),
    ("bremssattel", "disc-2"),
    ("brems", "disc-3"),
    ("kuhl", "thermometer-snowflake"),
    ("heiz", "thermometer"),
    ("klima", "snowflake"),
    ("filter", "funnel"),
    ("betriebsstoff", "fuel"),
    ("kraftstoff", "fuel"),
    ("verschleiss", "refresh-cw"),
    ("normteil", "bolt"),
    ("schraub", "bolt"),
    ("mutter", "bolt"),
    ("niet", "bolt"),
    ("schelle", "bolt"),
    ("batterie", "battery-charging"),
    ("elektr", "zap"),
    ("lichtmaschine", "zap"),
    ("generator", "zap"),
    ("anlasser", "zap"),
    ("zund", "zap"),
    ("sensor", "radar"),
    ("licht", "lightbulb"),
    ("leucht", "lightbulb"),
    ("lampe", "lightbulb"),
    ("scheinwerfer", "lightbulb"),
    ("radlager", "circle-dot"),
    ("radio", "radio"),
    ("navigation", "navigation"),
    ("reifen", "circle-dot"),
    ("felge", "circle-dot"),
    ("rader", "circle-dot"),
    ("radschraube", "bolt"),
    ("getriebe", "cog"),
    ("kuppl", "cog"),
    ("antrieb", "cog"),
    ("riemen", "infinity"),
    ("dicht", "circle-dashed"),
    ("schlauch", "spline"),
    ("auflad", "fan"),
    ("turbo", "fan"),
    ("motor", "cog"),
    ("abgas", "wind"),
    ("auspuff", "wind"),
    ("lenk", "life-buoy"),
    ("fahrwerk", "move-vertical"),
    ("feder", "move-vertical"),
    ("dampfer", "move-vertical"),
    ("querlenker", "git-fork"),
    ("achs", "git-commit-horizontal"),
    ("karosserie", "car"),
    ("stossfanger", "car"),
    ("spiegel", "car"),
    ("wischer", "cloud-rain"),
    ("waschwasser", "droplets"),
    ("scheibe", "car"),
    ("werkzeug", "wrench"),
    ("pflege", "spray-can"),
    ("reinig", "spray-can"),
    ("lack", "paint-bucket"),
    ("anhanger", "caravan"),
    ("dachtrager", "luggage"),
    ("transport", "luggage"),
    ("laderaum", "luggage"),
    ("lifestyle", "shirt"),
    ("sicherheit", "shield-check"),
    ("schloss", "lock"),
    ("turen", "lock"),
    ("fussmatte", "layers"),
    ("kindersitz", "baby"),
    ("zubehor", "puzzle"),
    ("innenraum", "armchair"),
    ("sitz", "armchair"),
    ("kurs", "graduation-cap"),
    ("buch", "book-open"),
    ("software", "app-window"),
    ("lizenz", "key-round"),
    ("digital", "download"),
    ("flussig", "droplets"),
    ("frostschutz", "snowflake"),
    ("rad", "circle-dot"),
    ("ol", "droplet"),
)
"""A drawn icon by what a name holds, folded; the first that fits."""


@register.simple_tag(name="category_tree")
def category_tree_tag() -> list[CategoryNode]:
    """``{% category_tree as tree %}``: root categories of the menu with ``name``, ``url``, ``menu_children``."""
    return [node for node in category_tree().roots if node.in_menu]


@register.simple_tag
def category_menu() -> SafeString:
    """The groups of the menu in the header, drawn once per tree and language: it stands on every page."""
    return _draw_menu(category_tree().version, get_language())


@lru_cache(maxsize=8)
def _draw_menu(version: str, language: str | None) -> SafeString:
    return render_to_string("shopflow/storefront/includes/menu_groups.html", {"tree": category_tree_tag()})


@register.inclusion_tag("shopflow/storefront/includes/category_tiles.html")
def category_tiles() -> dict[str, Any]:
    """The root categories as tiles with drawn icons."""
    return {"tiles": category_tree_tag()}


@register.inclusion_tag("shopflow/storefront/includes/product_row.html", takes_context=True)
def newest_products(context: template.Context, count: int = 4) -> dict[str, Any]:
    """``{% newest_products 4 %}``: the newest parts that can be bought at once, without digital goods."""
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


@register.simple_tag(takes_context=True)
def product_cards(context: template.Context, cards: Sequence[Card], level: int = 2, eager: int = 0) -> SafeString:
    """The list items of ``cards``, headings on ``level``, the pictures of the first ``eager`` loaded at once."""
    fits: dict[int, Fit] = context.get("fits") or {}
    situation = context.get("situation") or context["request"].strategy.situation
    is_small_business = situation.is_small_business
    return mark_safe(
        "".join(
            draw_card(
                card,
                level=level,
                eager=place < eager,
                fit=fits.get(card.product.pk),
                is_small_business=is_small_business,
            )
            for place, card in enumerate(cards)
        )
    )


@register.simple_tag(takes_context=True)
def cards_of_products(context: template.Context, products: Iterable[Any], offer: Any = None) -> list[Card]:
    """``{% cards_of_products products as cards %}``: cards with all that must stand beside a price; lines will do.

    With an ``offer`` that lowers prices, the lowest price of the 30 days before it began (§ 11 PAngV).
    """
    strategy = context["request"].strategy
    wanted = [getattr(item, "product", item) for item in products]
    found = cards([product.pk for product in wanted if product is not None], strategy)
    if offer is None or (offer.benefit.type or "").startswith("Shipping"):
        return found
    return reduced(found, strategy.situation, since=offer.start_datetime or offer.date_created)


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
