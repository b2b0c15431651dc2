from __future__ import annotations

from collections.abc import Sequence
from html import unescape
from typing import Any

from django.utils.html import strip_tags
from django.utils.text import Truncator

from dealer_import.pricing import price_rule
from dealer_import.profiles import BadProfile, Profile
from shopflow.parts.models import PartRecord

LONGEST = 160
"""Characters of a delivered text that are shown."""


def delivered_values(
    part: PartRecord, profile: Profile | None, *, categories: Sequence[int], record: Any
) -> dict[str, str]:
    """By field what the last import delivered, where the shop has another value and the delivered one is known.

    Of stock it is not: sales change it day by day. ``categories`` are the keys of the product's categories, ``record``
    the stock record that the import writes, if any.
    """
    found = {}
    if part.imported_title and part.imported_title != part.product.title:
        found["title"] = part.imported_title
    description = _plain(part.imported_description)
    if description and part.imported_description != (part.product.description or ""):
        found["description"] = description
    if part.imported_category is not None and list(categories) != [part.imported_category_id]:
        found["category"] = part.imported_category.name
    price = _price(part, profile)
    if price is not None and record is not None and record.price is not None and round(record.price * 100) != price:
        found["list_price"] = f"{price // 100},{price % 100:02d} €"
    return found


def _plain(text: str) -> str:
    return Truncator(" ".join(unescape(strip_tags(text)).split())).chars(LONGEST)


def _price(part: PartRecord, profile: Profile | None) -> int | None:
    """Net cents of one sale by the list price; None for prices on request, and where special offers may hold."""
    if not part.list_price_cents or profile is None or "offer_price" in profile.columns:
        return None
    try:
        rule = price_rule(profile.name, profile.options)
    except BadProfile:
        return None
    return rule.reckoned(part.discount_group, part.list_price_cents, part.sales_qty, part.price_per)
