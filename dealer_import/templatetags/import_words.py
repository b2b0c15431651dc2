"""Codes of findings in words, and small helps for the import's pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from dealer_import.explaining import meaning_of, name_of

register = template.Library()

register.filter("finding_name", name_of)


@register.filter
def finding_meaning(code: str, severity: str) -> str:
    """What a finding of this code means for the row."""
    return meaning_of(code, severity)


@register.filter
def at(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """``mapping[key]``, or nothing."""
    return (mapping or {}).get(key, ())
