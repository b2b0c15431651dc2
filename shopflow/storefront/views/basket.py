"""Forms on product pages, protected by the request's origin instead of a token.

A token needs a cookie, and a visitor who only looks at products gets none (§ 25 TDDDG). Every current browser names the
origin of a POST; a request that does not is checked by its token as usual.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST
from oscar.core.loading import get_class


@csrf_exempt
@require_POST
def add_to_basket(request: HttpRequest, pk: int) -> HttpResponse:
    """Oscar's “add to basket”."""
    return _by_origin(get_class("basket.views", "BasketAddView"), request, pk=pk)


@csrf_exempt
def create_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Oscar's “tell me when it is back”."""
    return _by_origin(get_class("customer.alerts.views", "ProductAlertCreateView"), request, pk=pk)


def _by_origin(view_class: Any, request: HttpRequest, **kwargs: Any) -> HttpResponse:
    view = view_class.as_view()
    return view(request, **kwargs) if is_from_here(request) else csrf_protect(view)(request, **kwargs)


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this shop sent the request."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site") == "same-origin"
    return origin == f"{request.scheme}://{request.get_host()}" or origin in settings.CSRF_TRUSTED_ORIGINS
