"""Who the fields of a part belong to, on the product's staff page."""

from __future__ import annotations

from typing import Any

from django import template

from dealer_import.dashboard.access import OWNERS
from dealer_import.queries.owners import owned_fields
from shopflow.core.access import may_open

register = template.Library()


@register.inclusion_tag("shopflow/dealer_import/owners.html", takes_context=True)
def field_owners(context: template.Context, product: Any) -> dict[str, Any]:
    """A table of the part's fields and their owners; nothing for products that no import keeps."""
    return {
        "fields": owned_fields(product.pk),
        "product": product,
        "may_lock": may_open(context["request"].user, OWNERS),
        "csrf_token": context.get("csrf_token"),
    }
