from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from oscar.core.loading import get_model

from shopflow.core.shop_request import ShopRequest
from shopflow.ordering.links import read_basket_token

Basket = get_model("basket", "Basket")


@never_cache
@require_safe
def restore_basket(request: ShopRequest, token: str) -> HttpResponse:
    """Open the basket of a reminder: at once for a guest, after signing in for a customer's own basket."""
    try:
        basket = Basket.objects.filter(pk=read_basket_token(token), status=Basket.OPEN).first()
    except signing.BadSignature:
        basket = None
    if basket is None:
        messages.info(request, _("This basket has been ordered or emptied in the meantime."))
        return redirect("basket:summary")
    if basket.owner_id is not None:
        if not request.user.is_authenticated:
            return redirect_to_login(reverse("basket:summary"), reverse("customer:login"))
        return redirect("basket:summary")
    if request.user.is_authenticated or request.basket.pk != basket.pk:
        basket.strategy = request.strategy
        if request.user.is_authenticated:
            request.basket.merge(basket, add_quantities=False)
        else:
            if request.basket.pk:
                basket.merge(request.basket, add_quantities=False)
                request.cookies_to_delete.append(settings.OSCAR_BASKET_COOKIE_OPEN)  # type: ignore[misc]
            request.basket = basket
    return redirect("basket:summary")
