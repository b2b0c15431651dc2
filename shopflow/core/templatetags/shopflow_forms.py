"""Form controls that say what browsers and screen readers need: autocomplete, invalid, described by."""

from __future__ import annotations

from django import template
from django.forms import BaseForm, BoundField
from django.utils.safestring import SafeString

register = template.Library()

AUTOCOMPLETE = {
    "email": "email",
    "username": "email",
    "login-username": "username",
    "registration-email": "email",
    "first_name": "given-name",
    "last_name": "family-name",
    "line1": "address-line1",
    "line2": "address-line2",
    "line3": "address-line3",
    "line4": "address-level2",
    "state": "address-level1",
    "postcode": "postal-code",
    "country": "country",
    "phone_number": "tel",
    "password": "current-password",
    "login-password": "current-password",
    "old_password": "current-password",
    "registration-password1": "new-password",
    "registration-password2": "new-password",
    "password1": "new-password",
    "password2": "new-password",
    "new_password1": "new-password",
    "new_password2": "new-password",
}
"""The autofill token of each field that asks for something about the person (WCAG 1.3.5)."""


ADDRESS_ORDER = ["first_name", "last_name", "line2", "line3", "line1", "postcode", "line4", "state", "country"]
RARE_ADDRESS_FIELDS = frozenset({"line3", "state"})
"""Asked only where an address has them already: no German address needs them."""


@register.filter
def in_address_order(form: BaseForm) -> list[BoundField]:
    """The form's fields as an address is written here; fields that are no part of an address come last."""
    shown = [field for field in form if field.name not in RARE_ADDRESS_FIELDS or field.value() or field.errors]
    rank = {name: position for position, name in enumerate(ADDRESS_ORDER)}
    return sorted(shown, key=lambda field: rank.get(field.name, len(rank)))


@register.simple_tag
def control(field: BoundField, **extra: str) -> SafeString:
    """The field's widget with autocomplete and with its error and hint tied to it; ``extra`` adds attributes.

    An underscore in an extra's name becomes a hyphen (``data_submit`` → ``data-submit``).
    """
    attrs: dict[str, str | bool] = {name.replace("_", "-"): value for name, value in extra.items()}
    token = AUTOCOMPLETE.get(field.html_name) or AUTOCOMPLETE.get(field.name)
    if token and "autocomplete" not in field.field.widget.attrs:
        attrs.setdefault("autocomplete", token)
    described = []
    if field.errors:
        attrs["aria-invalid"] = "true"
        described.append(f"{field.auto_id}-error")
    if field.help_text:
        described.append(f"{field.auto_id}_helptext")
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)
