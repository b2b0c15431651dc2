"""The product feed that Google Merchant Center and others read (RSS 2.0 with the namespace ``g``), streaming.

The price is what the shelf shows: including VAT, without deposits. Parts that a portal would refuse are left out and
counted by reason, so that staff see what to add.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.db.models import Prefetch
from oscar.core.loading import get_model
from oscar.core.thumbnails import get_thumbnailer

from dealer_import.texts import plain_text
from dealer_import.values import is_gtin
from oscar_ext.partner.strategy import Strategy
from shopflow.core.links import absolute
from shopflow.core.queries import seller
from shopflow.parts.base_prices import contents
from shopflow.parts.models import PartRecord
from shopflow.parts.restrictions import SaleFacts, facts_of, is_in_season

BATCH = 500
NAMESPACE = "http://base.google.com/ns/1.0"
UNITS = {"LTR": "l", "KGM": "kg", "MTR": "m", "MTK": "sqm"}
LONGEST_TITLE, LONGEST_TEXT = 150, 5000
OWN_NUMBERS = ("002", "004", "02")
"""How GTINs begin, as 14 digits, that companies give out for themselves; portals refuse goods with them."""


class MerchantFeed:
    """One making of the feed. ``items`` and ``left_out`` (reason → number) are complete once it is exhausted."""

    def __init__(self, *, without_pictures: bool = False) -> None:
        self.without_pictures = without_pictures
        self.items = 0
        self.left_out: Counter[str] = Counter()

    def pieces(self) -> Iterator[bytes]:
        """The file, piece by piece."""
        name = escape(seller().name or "Shop")
        yield (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<rss version="2.0" xmlns:g={quoteattr(NAMESPACE)}>\n<channel>\n'
            f"<title>{name}</title>\n<link>{escape(absolute('/'))}</link>\n<description>{name}</description>\n"
        ).encode()
        for parts in self._batches():
            yield "".join(self._items(parts)).encode()
        yield b"</channel>\n</rss>\n"

    def _batches(self) -> Iterator[list[PartRecord]]:
        shown = PartRecord.objects.filter(product__is_public=True, missing=False).order_by("pk")
        keys = shown.values_list("pk", flat=True).iterator(chunk_size=5000)
        images = get_model("catalogue", "ProductImage").objects.order_by("display_order")
        while batch := list(islice(keys, BATCH)):
            found = PartRecord.objects.filter(pk__in=batch).select_related("brand", "product__product_class")
            yield list(
                found.prefetch_related(
                    "product__stockrecords", "product__categories", Prefetch("product__images", images)
                ).order_by("pk")
            )

    def _items(self, parts: list[PartRecord]) -> Iterator[str]:
        strategy = Strategy()
        infos = strategy.fetch_for_products([part.product for part in parts])
        for part, facts in zip(parts, facts_of(parts), strict=True):
            info = infos[part.product_id]
            picture = picture_address(part)
            reason = self._refusal(facts, info, picture)
            if reason:
                self.left_out[reason] += 1
                continue
            self.items += 1
            yield _item(part, info, picture)

    def _refusal(self, facts: SaleFacts, info: Any, picture: str) -> str:
        if not info.price.exists or not info.price.incl_tax:
            return "no_price"
        if facts.restriction or not is_in_season(facts.season):
            return "restricted"
        if not picture and not self.without_pictures:
            return "no_picture"
        return ""


def picture_address(part: PartRecord) -> str:
    """Absolute address of the part's first picture in a size that portals like; empty if it has none."""
    images = list(part.product.images.all())
    if not images:
        return ""
    address = get_thumbnailer().generate_thumbnail(images[0].original, size="1200x1200").url
    return address if address.startswith("http") else absolute(address)


def _item(part: PartRecord, info: Any, picture: str) -> str:
    product = part.product
    fields: list[tuple[str, str]] = [
        ("id", product.code or f"{part.brand.code}:{part.number_key}"),
        ("title", product.title[:LONGEST_TITLE]),
        ("description", (html.unescape(plain_text(product.description or "")) or product.title)[:LONGEST_TEXT]),
        ("link", absolute(product.get_absolute_url())),
        ("price", f"{info.price.incl_tax:.2f} {info.price.currency}"),
        ("availability", "in_stock" if info.availability.is_available_to_buy else "out_of_stock"),
        ("brand", part.brand.name),
        ("mpn", part.number_display),
        ("condition", "refurbished" if part.core_deposit_cents or part.core_taxed else "new"),
    ]
    if picture:
        fields.append(("image_link", picture))
    if product.upc and is_gtin(product.upc) and not product.upc.zfill(14).startswith(OWN_NUMBERS):
        fields.append(("gtin", product.upc))
    categories = list(product.categories.all())
    if categories:
        fields.append(("product_type", categories[0].full_name))
    fields += _measures(part)
    body = "".join(f"<g:{name}>{_text(value)}</g:{name}>" for name, value in fields)
    return f"<item>{body}{_certification(part)}</item>\n"


def _measures(part: PartRecord) -> list[tuple[str, str]]:
    """What is in one sale, for the price per litre, kilogram or metre."""
    milli, code = contents(part)
    unit = UNITS.get(code)
    if unit is None:
        return []
    amount = Decimal(milli) / 1000
    return [("unit_pricing_measure", f"{amount.normalize():f} {unit}"), ("unit_pricing_base_measure", f"1 {unit}")]


def _certification(part: PartRecord) -> str:
    """A tyre's entry in the EU register (EPREL), which replaces the energy label in the feed."""
    number = dict(dict(part.attributes or {}).get("tyre") or {}).get("eprel")
    if not number:
        return ""
    fields = (("authority", "EC"), ("name", "EPREL"), ("code", str(number)))
    body = "".join(f"<g:certification_{name}>{_text(value)}</g:certification_{name}>" for name, value in fields)
    return f"<g:certification>{body}</g:certification>"


def _text(value: str) -> str:
    """Escaped, without the characters that XML does not allow."""
    return escape("".join(char for char in value if char in "\t\n\r" or char >= " "))
