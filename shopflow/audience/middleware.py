"""Keeping where a visitor came from, from the moment they do something here."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import SimpleLazyObject, empty

from shopflow.audience.leads import SESSION_KEY, lead_of

ACTS = ("basket:summary", "checkout:index", "customer:register", "shopflow-audience:newsletter")
"""Pages whose forms, with those below them, are an act of a future customer. They use the session anyway."""


class LeadMiddleware:
    """After a form of :data:`ACTS` has been taken: lead into the session, and to the basket if there is one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code < 400 and _is_act(request):
            _keep(request)
        return response


def _is_act(request: HttpRequest) -> bool:
    return any(request.path.startswith(reverse(name)) for name in ACTS)


def _keep(request: HttpRequest) -> None:
    lead = lead_of(request)
    if lead is None or not hasattr(request, "session"):
        return
    stored = lead.stored()
    if request.session.get(SESSION_KEY) != stored:
        request.session[SESSION_KEY] = stored
    basket = getattr(request, "basket", None)
    seen = not isinstance(basket, SimpleLazyObject) or basket._wrapped is not empty
    if basket is not None and seen and basket.pk:
        from shopflow.audience.services import note_basket

        note_basket(basket_id=basket.pk, lead=lead)
