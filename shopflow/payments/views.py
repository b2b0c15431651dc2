"""Doors to gateways: the page with a provider's form, and the address that providers call."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from payments import PaymentError, PaymentStatus, RedirectNeeded
from payments.urls import process_data

from shopflow.payments import gateway
from shopflow.payments.models import GatewayPayment

logger = logging.getLogger("shopflow.payments")

PAID = (PaymentStatus.CONFIRMED, PaymentStatus.PREAUTH)


@never_cache
@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, token: Any) -> HttpResponse:
    """The provider's form. The unguessable token is the right to see it."""
    payment = get_object_or_404(GatewayPayment, token=token)
    if payment.status not in gateway.NOT_DONE:
        return redirect(payment.return_url if payment.status in PAID else payment.cancel_url)
    try:
        form = payment.get_form(data=request.POST or None)
    except RedirectNeeded as target:
        gateway.note_action(token=str(token))
        return HttpResponseRedirect(str(target))
    except (PaymentError, OSError):
        logger.warning("Paying %s failed at the provider", payment.order_number, exc_info=True)
        payment.change_status(PaymentStatus.ERROR)
        return redirect(payment.cancel_url)
    return render(request, "shopflow/payments/pay.html", {"payment": payment, "form": form})


@csrf_exempt
@never_cache
def process(request: HttpRequest, token: Any) -> HttpResponse:
    """Where providers send the customer back to, and where they report; django-payments checks who is calling."""
    if request.method == "GET":
        gateway.note_action(token=str(token))
    answer: HttpResponse = process_data(request, str(token))
    return answer
