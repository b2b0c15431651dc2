"""How baskets, orders and mails name a part: by the number that customers know it by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

from shopflow.parts.models import PartRecord

register = template.Library()


@register.simple_tag
def part_numbers(lines: Iterable[Any]) -> dict[int, str]:
    """``{% part_numbers lines as numbers %}``: part numbers by product, for ``{{ numbers|number_of:line }}``.

    ``lines`` are lines of a basket or an order, or the forms of such lines. One query for all of them.
    """
    products = {getattr(line, "instance", line).product_id for line in lines}
    return dict(PartRecord.objects.filter(product_id__in=products - {None}).values_list("product_id", "number_display"))


@register.filter
def number_of(numbers: dict[int, str], line: Any) -> str:
    """The line's part number; the product's own number for goods that are no parts; empty if there is neither."""
    own = line.upc if hasattr(line, "upc") else getattr(line.product, "upc", "")
    return numbers.get(line.product_id) or own or ""
