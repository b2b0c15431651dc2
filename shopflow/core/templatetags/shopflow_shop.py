"""What every page may say about the shop: who sells, how one pays, where goods go, and money as people write it."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.numbers import format_currency
from django import template
from django.conf import settings
from django.template.loader import select_template
from django.urls import get_urlconf
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, to_locale
from oscar.core.loading import get_model

from shopflow.contracts.payments import PaymentMethod, payment_methods
from shopflow.core import queries
from shopflow.core.memo import kept, kept_while_unchanged
from shopflow.core.models import Seller

register = template.Library()


@register.simple_tag
def seller() -> Seller:
    """The shop's seller, for ``{% seller as s %}``."""
    return queries.seller()


@register.filter
def money(value: Decimal | int | None, currency: str = "") -> str:
    """An amount as people write it: ``1.234,56 €`` in German, ``€1,234.56`` in English.

    A Decimal is an amount in the currency's unit, an int is cents; None gives an empty text. ``currency`` is the
    shop's own when left out. Floats are refused with TypeError, because money is never a float here.
    """
    if value is None or value == "":
        return ""
    if isinstance(value, bool | float):
        raise TypeError(f"Money is a Decimal or integer cents, not {type(value).__name__}.")
    amount = Decimal(value) / 100 if isinstance(value, int) else Decimal(value)
    locale = to_locale(get_language() or settings.LANGUAGE_CODE)
    return _written(amount, currency or str(getattr(settings, "OSCAR_DEFAULT_CURRENCY", "EUR")), locale)


@lru_cache(maxsize=4096)
def _written(amount: Decimal, currency: str, locale: str) -> str:
    """Babel takes a tenth of a millisecond for an amount, and a list shows the same few over and over."""
    return str(format_currency(amount, currency, locale=locale))


@register.simple_tag
def payment_means() -> list[PaymentMethod]:
    """Every payment method that the shop offers, in the order customers see them."""
    return sorted(payment_methods, key=lambda method: (method.position, method.code))


@register.simple_tag
def delivery_countries() -> list[str]:
    """Names of the countries that the shop delivers to, in the reader's language (§ 312j (1) BGB)."""
    return list(_delivery_countries(get_language() or settings.LANGUAGE_CODE))


@kept_while_unchanged("address.Country")
def _delivery_countries(language: str) -> tuple[str, ...]:
    countries = get_model("address", "Country")._default_manager.filter(is_shipping_country=True)
    with translation.override(language):
        return tuple(country_name(country) for country in countries.order_by("-display_order", "pk"))


@register.filter
def country_name(country: Any) -> str:
    """The name of an Oscar ``Country`` in the reader's language; the stored one if the code is unknown."""
    locale = Locale.parse(to_locale(get_language() or settings.LANGUAGE_CODE))
    return str(locale.territories.get(country.pk.upper(), country.printable_name))


SAME_FOR_ALL = ("shopflow_core.Seller", "address.Country")
"""The tables behind parts of a page that say the same to everybody."""


class KeepNode(template.Node):
    def __init__(self, nodelist: template.NodeList, name: str, differs: list[template.base.FilterExpression]) -> None:
        self.nodelist, self.name, self.differs = nodelist, name, differs

    def render(self, context: template.Context) -> SafeString:
        differs = tuple(str(expression.resolve(context)) for expression in self.differs)
        key = ("part of a page", self.name, get_language(), get_urlconf(), tuple(payment_methods.codes()), differs)
        return kept(key, SAME_FOR_ALL, lambda: self.nodelist.render(context))


@register.tag
def keep(parser: template.base.Parser, token: template.base.Token) -> KeepNode:
    """``{% keep "name" expression … %} … {% endkeep %}``: a part of every page, drawn once per process and language.

    It is drawn anew when staff change the seller or the countries, and for each value of the expressions. Nothing else
    inside may depend on the request or on who asks.
    """
    name, *differs = token.split_contents()[1:]
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeepNode(nodelist, name, [parser.compile_filter(text) for text in differs])


@register.simple_tag(takes_context=True)
def include_if_there(context: template.Context, *names: str) -> SafeString:
    """Render the first of the named templates that exists, with this page's context; nothing if none does."""
    try:
        found = select_template(names)
    except template.TemplateDoesNotExist:
        return mark_safe("")
    return found.render(context.flatten(), context.get("request"))  # type: ignore[no-any-return]
