"""Tags for pages that show pieces of the catalogue: the category menu, tiles, new goods, page addresses."""

from __future__ import annotations

from typing import Any

from django import template

from shopflow.storefront.queries.categories import CategoryNode, category_tree

register = template.Library()


@register.simple_tag(name="category_tree")
def category_tree_tag() -> list[CategoryNode]:
    """``{% category_tree as tree %}``: root categories of the menu with ``name``, ``url``, ``menu_children``."""
    return [node for node in category_tree().roots if node.in_menu]


@register.inclusion_tag("shopflow/storefront/includes/category_tiles.html")
def category_tiles() -> dict[str, Any]:
    """The root categories as tiles with a drawn icon or their picture."""
    return {"tiles": category_tree_tag()}
