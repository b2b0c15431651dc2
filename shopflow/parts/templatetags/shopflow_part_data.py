"""Parts on other rooms' pages of the staff area: a part's data in short, and laws that are not in force."""

from __future__ import annotations

from typing import Any

from django import template

from shopflow.core.access import may_open
from shopflow.parts import services
from shopflow.parts.models import PartRecord
from shopflow.parts.queries.publishing import missing_items

register = template.Library()


@register.inclusion_tag("shopflow/parts/dashboard/summary.html", takes_context=True)
def part_summary(context: template.Context, product: Any) -> dict[str, Any]:
    """Number, brand, what is missing and the way to the part's own page; nothing for goods that are no parts."""
    user = context.get("user")
    if user is None or not may_open(user, "shopflow_parts.view_partrecord"):
        return {}
    found = PartRecord.objects.filter(product_id=product.pk).select_related("brand")
    part = found.prefetch_related("publishing_blocks").first()
    return {"part": part, "items": missing_items(part)} if part else {}


@register.inclusion_tag("shopflow/parts/dashboard/dormant_line.html", takes_context=True)
def dormant_laws(context: template.Context) -> dict[str, Any]:
    """One line about what the law demands, the shop does not ask for, and public parts do not meet."""
    user = context.get("user")
    if user is None or not may_open(user, "shopflow_parts.view_partrecord"):
        return {}
    return {"dormant": [law for law in services.dormant_laws() if law.failing]}
