"""Pages by key: each begins where the last one ended, so that the length of a list does not matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import F, Func, Model, QuerySet, TextField, Value
from django.db.models.lookups import LessThan

M = TypeVar("M", bound=Model)

LONGEST_KEY = 18
"""Digits of the greatest key that every database holds."""


def whole_number(text: str) -> int | None:
    """A number that stands in an address or a form, 0 or more; None for anything else that somebody may have typed."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY else None


def newest_first(rows: QuerySet[M], like: Mapping[str, Any], *, before: int | None = None) -> QuerySet[M]:
    """Those of ``rows`` whose columns hold the values of ``like``, the highest key first and below the key ``before``,
    read along an index over these columns in their order and the key.

    Asked for by “=”, PostgreSQL may rather walk along the primary key and pass over whatever does not fit, however
    much that is. Limits of the last column mean the same, and in their order only such an index can be read.
    """
    if not like:
        return (rows if before is None else rows.filter(pk__lt=before)).order_by("-pk")
    *fixed, last = like
    found = rows.filter(**{name: like[name] for name in fixed}, **{f"{last}__gte": like[last]})
    if before is None:
        found = found.filter(**{f"{last}__lte": like[last]})
    else:
        value = like[last] if hasattr(like[last], "resolve_expression") else Value(like[last])
        found = found.filter(LessThan(_row(F(last), F("pk")), _row(value, Value(before))))
    return found.order_by(F(last).desc(), "-pk")


def _row(*parts: Any) -> Func:
    """Several values as one, which databases compare from the left."""
    return Func(*parts, template="(%(expressions)s)", output_field=TextField())
