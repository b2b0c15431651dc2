"""Confirming and ending “tell me when it is back”.

Oscar's own pages do both as soon as they are opened. Mail programs and virus scanners open every link of a mail, the
one to confirm and then the one to cancel, and whoever asked would never hear from us.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from oscar.core.loading import get_model

from shopflow.contracts.mail import never_counted


@never_counted
@never_cache
def by_link(request: HttpRequest, key: str) -> HttpResponse:
    """The page behind both links of the mail; only its buttons do something."""
    return _page(request, _alerts().filter(key=key).first())


@never_cache
@login_required
def in_account(request: HttpRequest, pk: int) -> HttpResponse:
    """A customer's own notice, from the list in the account."""
    return _page(request, _alerts().filter(user=request.user, pk=pk).first())


def _alerts() -> Any:
    return get_model("customer", "ProductAlert")._default_manager.select_related("product")


def _page(request: HttpRequest, alert: Any) -> HttpResponse:
    if alert is None or not (alert.can_be_confirmed or alert.can_be_cancelled):
        return render(request, "shopflow/storefront/stock_alert.html", {"state": "gone"}, status=404)
    if request.method == "POST" and "cancel" in request.POST:
        alert.cancel()
        state = "cancelled"
    elif request.method == "POST" and "confirm" in request.POST and alert.can_be_confirmed:
        alert.confirm()
        state = "waiting"
    else:
        state = "ask" if alert.can_be_confirmed else "waiting"
    context = {"state": state, "product": alert.product}
    return render(request, "shopflow/storefront/stock_alert.html", context)
