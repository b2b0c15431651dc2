"""Following an order without an account, by a signed link from the mails."""

from __future__ import annotations

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from oscar_ext.order.links import read_order_token
from oscar_ext.order.statuses import status_label
from shopflow.tracking.forms import FindOrderForm
from shopflow.tracking.queries import order_for_status, timeline
from shopflow.tracking.services import send_status_link


@never_cache
@require_safe
def order_status(request: HttpRequest, token: str) -> HttpResponse:
    """The order behind a signed link; an old link leads to the form that mails a new one."""
    try:
        order_id = read_order_token(token)
    except signing.SignatureExpired:
        form = FindOrderForm()
        problem = _("This link has expired. We will gladly send you a new one.")
        return render(request, "shopflow/tracking/find_order.html", {"form": form, "problem": problem}, status=410)
    except signing.BadSignature:
        raise Http404 from None
    order = order_for_status(order_id)
    if order is None:
        raise Http404
    response = render(
        request,
        "shopflow/tracking/order_status.html",
        {
            "order": order,
            "status_label": status_label(order.status),
            "timeline": timeline(order),
        },
    )
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_http_methods(["GET", "POST"])
def find_order(request: HttpRequest) -> HttpResponse:
    """Ask for number and address, and mail a link."""
    form = FindOrderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        send_status_link(**form.cleaned_data, language=get_language() or "de")
        return render(request, "shopflow/tracking/link_sent.html")
    return render(request, "shopflow/tracking/find_order.html", {"form": form}, status=422 if form.errors else 200)
