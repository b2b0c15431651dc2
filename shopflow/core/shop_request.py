"""What a request carries once Oscar's basket middleware has seen it, for those who check types."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


class ShopRequest(HttpRequest):
    """Never made by us: Django makes the request, the middleware adds these."""

    basket: Any
    strategy: Any
    cookies_to_delete: list[str]
