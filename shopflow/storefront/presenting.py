"""Cards as HTML, drawn once for as long as they say the same: lists show the same goods over and over.

What is remembered is found by everything that the card's template shows, so it can never be out of date.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields
from threading import Lock
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from shopflow.storefront.queries.cards import Card

TEMPLATE = "shopflow/storefront/includes/card.html"
REMEMBERED = 4096
"""Cards that a process keeps, about 1.5 kB each."""

_SHOWN = [field.name for field in fields(Card) if field.name != "product"]
_drawn: dict[Hashable, SafeString] = {}
_lock = Lock()


def draw_card(card: Card, *, level: int, eager: bool, fit: Any, is_small_business: bool) -> SafeString:
    """The card's list item. ``fit`` is what is known about the visitor's vehicle, None when there is none."""
    shown = [getattr(card, name) for name in _SHOWN]
    key = (card.product.pk, level, eager, fit, is_small_business, get_language(), *shown)
    html = _drawn.get(key)
    if html is None:
        fits = {} if fit is None else {card.product.pk: fit}
        situation = {"is_small_business": is_small_business}
        html = render_to_string(
            TEMPLATE, {"card": card, "level": level, "eager": eager, "fits": fits, "situation": situation}
        )
        if not settings.DEBUG:
            _remember(key, html)
    return html


def _remember(key: Hashable, html: SafeString) -> None:
    with _lock:
        if len(_drawn) >= REMEMBERED:
            del _drawn[next(iter(_drawn))]
        _drawn[key] = html
