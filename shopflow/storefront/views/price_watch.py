"""“Tell me when the price falls”: the form on the product's page, and the page that confirms and ends a request."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from shopflow.contracts.automations import takes_people_in
from shopflow.core.limits import Limit, visitor
from shopflow.mailing.forms import AddressForm
from shopflow.storefront import services
from shopflow.storefront.models import PriceWatch
from shopflow.storefront.queries.product import find_product
from shopflow.storefront.services.price_watch import FLOW
from shopflow.storefront.views.basket import is_from_here

BY_CONNECTION = Limit(name="price_watch", times=10, period=timedelta(hours=1))
BY_ADDRESS = Limit(name="price_watch_to", times=10, period=timedelta(days=1))
"""Anybody can type anybody's address, so that few such mails leave."""


@csrf_exempt
@require_POST
def watch_price(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the request in. The answer to a guest never says whether an address is known."""
    return _take_in(request, pk) if is_from_here(request) else csrf_protect(_take_in)(request, pk)


def _take_in(request: HttpRequest, pk: int) -> HttpResponse:
    product = find_product(pk)
    if product is None or not product.is_public:
        raise Http404
    form = AddressForm(request.POST, user=request.user)
    if not takes_people_in(FLOW):
        messages.error(request, _("We do not watch prices at present."))
    elif not form.is_valid():
        messages.error(request, _("Please enter your e-mail address completely, such as name@example.org."))
    elif not form.cleaned_data["website"] and not (
        BY_CONNECTION.passes(visitor(request)) and BY_ADDRESS.passes(form.address)
    ):
        messages.error(request, _("There were many requests for this address. Please try again tomorrow."))
    else:
        _remember(request, pk, form)
    return redirect(product.get_absolute_url())


def _remember(request: HttpRequest, pk: int, form: AddressForm) -> None:
    if not form.cleaned_data["website"]:
        services.watch_price(product_id=pk, email=form.address, user_id=request.user.pk)
    if request.user.is_authenticated:
        messages.success(request, _("We write to you as soon as the price falls. Each e-mail has a link to end that."))
    else:
        messages.info(request, _("Please look into your mailbox: the link in our e-mail starts the price watch."))


@never_cache
def price_watch(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Confirm or end a request. Opening the page changes nothing, because mail programs open links by themselves."""
    watch = PriceWatch.objects.filter(key=key).select_related("product").first()
    state = "gone" if watch is None else "watching" if watch.confirmed_at else "ask"
    if request.method == "POST" and watch is not None:
        if "end" in request.POST:
            services.end_watch(key=key)
            state = "ended"
        else:
            services.confirm_watch(key=key)
            state = "started"
    return render(request, "shopflow/storefront/price_watch.html", {"state": state, "product": watch and watch.product})
