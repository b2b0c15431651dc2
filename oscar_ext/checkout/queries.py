"""Reads of the checkout."""

from __future__ import annotations

from typing import Any

from oscar.core.loading import get_model

from shopflow.core.memo import kept_while_unchanged

Country = get_model("address", "Country")
SourceType = get_model("payment", "SourceType")


@kept_while_unchanged("address.Country")
def country(code: str) -> Any:
    """The country with this ISO code. Raises Country.DoesNotExist."""
    return Country.objects.get(pk=code)


@kept_while_unchanged("payment.SourceType")
def source_type_key(code: str) -> int | None:
    """The key of the kind of payment ``code``; None before its first payment."""
    return SourceType.objects.filter(code=code).values_list("pk", flat=True).first()
