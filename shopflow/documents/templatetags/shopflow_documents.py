from __future__ import annotations

from datetime import date

from django import template

register = template.Library()


@register.filter
def day(value: str) -> str:
    """A stored day (``2026-11-21``) as Germans write it; an empty text stays empty."""
    return f"{date.fromisoformat(value):%d.%m.%Y}" if value else ""
