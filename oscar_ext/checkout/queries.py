"""Reads of the checkout."""

from __future__ import annotations

from typing import Any

from oscar.core.loading import get_model

from shopflow.core.memo import once_per_request

Country = get_model("address", "Country")


@once_per_request
def country(code: str) -> Any:
    """The country with this ISO code. Raises Country.DoesNotExist."""
    return Country.objects.get(pk=code)
