"""The customers' door to recommending the shop."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shopflow.audience import queries, services
from shopflow.audience.links import share_url
from shopflow.audience.models import ShareLink


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def referral(request: HttpRequest) -> HttpResponse:
    """The customer's own link, made when they ask for it, and how many orders it has brought; nothing about whose."""
    email: str = request.user.email  # type: ignore[union-attr]
    if request.method == "POST":
        services.referral_link(services.save_contact(email=email, user=request.user))
        return redirect("shopflow-audience:referral")
    contact = queries.contact_of(email)
    link = ShareLink.objects.filter(contact=contact).first() if contact is not None else None
    context = {
        "page_title": _("Recommend us"),
        "active_tab": "referral",
        "link": link,
        "url": share_url(link) if link else "",
        "orders": queries.referred_orders(contact) if link and contact else 0,
        "vouchers": queries.referral_vouchers(contact) if contact else [],
    }
    return render(request, "shopflow/audience/referral.html", context)
