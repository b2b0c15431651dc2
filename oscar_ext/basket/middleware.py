"""Oscar's basket on every request, read with fewer queries."""

from __future__ import annotations

from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils.functional import SimpleLazyObject, empty
from oscar.apps.basket import middleware as stock
from oscar.core.loading import get_model

from oscar_ext.basket.queries import only_stored_offers, with_offers_possible

Basket = get_model("basket", "Basket")
READING = ("GET", "HEAD")


class BasketMiddleware(stock.BasketMiddleware):
    """Applies no offers where there are none, and reads pictures only for requests that show them."""

    def get_basket(self, request: Any) -> Any:
        basket = super().get_basket(request)
        basket.shown = basket.shown and request.method in READING
        return basket

    def get_cookie_basket(self, cookie_key: str, request: Any, manager: Any) -> Any:
        """The open basket without an owner that the cookie names; a cookie that names none is to be deleted."""
        if cookie_key not in request.COOKIES:
            return None
        baskets = with_offers_possible(Basket.objects.filter(owner=None, status=Basket.OPEN))
        try:
            return baskets.get(pk=Signer().unsign(request.COOKIES[cookie_key]))
        except (BadSignature, Basket.DoesNotExist):
            request.cookies_to_delete.append(cookie_key)
            return None

    def apply_offers_to_basket(self, request: Any, basket: Any) -> None:
        if basket.offers_possible or not only_stored_offers():
            super().apply_offers_to_basket(request, basket)

    def process_template_response(self, request: Any, response: Any) -> Any:
        """A page is about to be shown: read the pictures of all lines at once."""
        response = super().process_template_response(request, response)
        basket = request.basket
        if not isinstance(basket, SimpleLazyObject) or basket._wrapped is not empty:
            basket.read_for_display()
        return response
