"""How baskets, orders and mails name a part: by the number that customers know it by."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django import template
from django.utils.translation import gettext

from shopflow.contracts.types import Label
from shopflow.core.queries import seller
from shopflow.parts.base_prices import base_price
from shopflow.parts.models import PartRecord
from shopflow.parts.presenting import pack_words
from shopflow.parts.queries import part_of_product
from shopflow.parts.tiers import shown_tiers
from shopflow.parts.tyre_labels import label_words

register = template.Library()


@register.simple_tag
def part_numbers(lines: Iterable[Any]) -> dict[int, str]:
    """``{% part_numbers lines as numbers %}``: part numbers by product, for ``{{ numbers|number_of:line }}``.

    ``lines`` are lines of a basket or an order, or the forms of such lines. One query for all of them. Behind the
    number stands what the price is for if not for one piece, and the EU label of a tyre (Reg. (EU) 2020/740), wherever
    it is offered or ordered.
    """
    products = {getattr(line, "instance", line).product_id for line in lines}
    parts = PartRecord.objects.filter(product_id__in=products - {None})
    found = parts.values_list("product_id", "number_display", "attributes", "unit", "sales_qty", "content_milli")
    return {
        pk: " · ".join(filter(None, (number, pack_words(unit, sales_qty, milli), label_words(told))))
        for pk, number, told, unit, sales_qty, milli in found
    }


@register.filter
def number_of(numbers: dict[int, str], line: Any) -> str:
    """The line's part number; the product's own number for goods that are no parts; empty if there is neither."""
    own = line.upc if hasattr(line, "upc") else getattr(line.product, "upc", "")
    return numbers.get(line.product_id) or own or ""


@register.simple_tag
def in_multiples(form: Any, multiple: int) -> Any:
    """``{% in_multiples basket_form card.multiple as basket_form %}``: the quantity begins and steps as it is sold."""
    if multiple > 1:
        form.fields["quantity"].initial = multiple
        form.fields["quantity"].widget.attrs |= {"min": multiple, "step": multiple}
    return form


@register.simple_tag
def base_prices(lines: Iterable[Any]) -> dict[int, tuple[Decimal, Label]]:
    """``{% base_prices formset as bases %}``: price per litre, metre … by product (§ 4 PAngV); one query."""
    found = [getattr(line, "instance", line) for line in lines]
    parts = PartRecord.objects.in_bulk({line.product_id for line in found} - {None}, field_name="product_id")
    prices = {line.product_id: _unit_price(line) for line in found}
    bases = {pk: base_price(part, prices[pk]) for pk, part in parts.items()}
    return {pk: base for pk, base in bases.items() if base}


def _unit_price(line: Any) -> Decimal | None:
    """What one piece costs, VAT included, in a basket or an order; None while the VAT is not known."""
    if not getattr(line, "is_tax_known", True):
        return None
    price: Decimal | None = line.unit_price_incl_tax
    return price


@register.inclusion_tag("shopflow/parts/price_tiers.html")
def price_tiers(product: Any, currency: str) -> dict[str, Any]:
    """The prices of several pieces, under the price of one; no query where there are none."""
    part: Any = part_of_product(product.pk)
    tiers = shown_tiers(part) if part is not None and part.has_tiers and not part.is_on_request else []
    return {"tiers": tiers, "currency": currency}


@register.inclusion_tag("shopflow/parts/ask_for_price.html")
def ask_for_price(product: Any, number: str) -> dict[str, Any]:
    """Ways to ask for a part whose price is told on request: e-mail with its number in the subject, and telephone."""
    subject = gettext("Question about the price of %(number)s %(title)s") % {
        "number": number,
        "title": product.get_title(),
    }
    return {"seller": seller(), "subject": quote(subject, safe="")}


@register.filter
def base_of(bases: dict[int, tuple[Decimal, Label]], line: Any) -> tuple[Decimal, Label] | None:
    return bases.get(line.product_id)
