from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from oscar.core.loading import get_model

from shopflow.contracts.automations import takes_people_in
from shopflow.core.limits import Limit, visitor
from shopflow.core.shop_request import ShopRequest
from shopflow.mailing.forms import AddressForm
from shopflow.ordering.links import read_basket_token
from shopflow.ordering.services import request_basket_mail

Basket = get_model("basket", "Basket")
BY_CONNECTION = Limit(name="basket_mail", times=5, period=timedelta(hours=1))
BY_ADDRESS = Limit(name="basket_mail_to", times=3, period=timedelta(days=1))
"""Anybody can type anybody's address, so that few such mails leave."""
SENT = gettext_lazy("We send your basket to this address, once a day at most. Nothing else will follow.")


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


@require_POST
def mail_basket(request: ShopRequest) -> HttpResponse:
    """“Send the basket to me”: one mail with a link to go on. The answer never says whether an address is known."""
    form = AddressForm(request.POST, user=request.user)
    if not takes_people_in("basket_mail"):
        messages.error(request, _("We do not send baskets by e-mail at present. Your basket stays here."))
    elif not form.is_valid():
        messages.error(request, _("Please enter your e-mail address completely, such as name@example.org."))
    elif form.cleaned_data["website"]:
        messages.info(request, SENT)
    elif not (BY_CONNECTION.passes(visitor(request)) and BY_ADDRESS.passes(form.address)):
        messages.error(request, _("The basket was sent several times already. Please try again later."))
    elif not request.basket.pk or request.basket.is_empty:
        messages.error(request, _("Your basket is empty."))
    else:
        user_id = request.user.pk if request.user.is_authenticated else None
        request_basket_mail(basket_id=request.basket.pk, email=form.address, user_id=user_id)
        messages.success(request, SENT)
    return redirect("basket:summary")
