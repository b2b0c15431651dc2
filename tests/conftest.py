"""Fixtures that every test may use."""

from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Oscar caches category paths by primary key and never forgets them."""
    cache.clear()
