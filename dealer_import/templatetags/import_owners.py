"""Who the fields of a part belong to, on the product's staff page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dealer_import.dashboard.access import OWNERS
from dealer_import.queries.owners import OwnedField, owned_part
from shopflow.core.access import may_open

register = template.Library()

IN_FORM = {"title": "title", "upc": "gtin", "description": "description"}
IN_STOCK = {"price": "list_price", "num_in_stock": "stock"}
"""Fields of Oscar's forms, and which fields of a part they show."""
CATEGORY, IMAGES = "import-owner-category", "import-owner-images"


@dataclass(frozen=True)
class Told:
    """The owners of a part's fields; those of ``category`` and ``images`` for forms that show no hints of their own."""

    fields: tuple[OwnedField, ...]
    category: SafeString | str = ""
    images: SafeString | str = ""


@register.simple_tag(takes_context=True)
def tell_owners(context: template.Context, product: Any) -> Told:
    """Say beside each field of Oscar's product form that an import may write whose it is, as part of its description.

    Must come before the forms are shown. Five queries; nothing for products that no import keeps.
    """
    part = owned_part(product.pk)
    fields = {field.name: field for field in part.fields}
    if "form" in context:
        _hint(context["form"], IN_FORM, fields)
    for form in context.get("stockrecord_formset") or ():
        if form.instance.pk is not None and form.instance.pk == part.stock_record:
            _hint(form, IN_STOCK, fields)
    category, images = fields.get("category"), fields.get("image") or fields.get("images")
    return Told(
        tuple(part.fields),
        _note(category, CATEGORY, context.get("category_formset"), "category"),
        _note(images, IMAGES, context.get("image_formset"), "original"),
    )


def _hint(form: Any, names: Mapping[str, str], fields: Mapping[str, OwnedField]) -> None:
    """Put the owner into the fields' hints, which Django names as the fields' descriptions."""
    for shown, name in names.items():
        if shown in form.fields and name in fields:
            bound: BoundField = form[shown]
            said = bound.auto_id, bound.help_text, badge(fields[name])
            bound.help_text = format_html('<span id="{}_helptext">{} {}</span>', *said)


def _note(field: OwnedField | None, anchor: str, forms: Iterable[Any] | None, shown: str) -> SafeString | str:
    if field is None:
        return ""
    for form in forms or ():
        if shown in form.fields:
            form.fields[shown].widget.attrs["aria-describedby"] = anchor
    return format_html('<p id="{}">{}</p>', anchor, badge(field))


def badge(field: OwnedField) -> SafeString:
    """The owner in a few words, as a link to where fields are locked and released; and what was delivered instead."""
    return render_to_string("shopflow/dealer_import/owner.html", {"field": field})


@register.inclusion_tag("shopflow/dealer_import/owners.html", takes_context=True)
def field_owners(context: template.Context, product: Any, told: Told) -> dict[str, Any]:
    """A table of the part's fields and their owners; nothing for products that no import keeps."""
    return {
        "fields": told.fields,
        "product": product,
        "may_lock": may_open(context["request"].user, OWNERS),
        "csrf_token": context.get("csrf_token"),
    }
