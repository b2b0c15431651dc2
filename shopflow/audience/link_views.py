"""The customers' doors behind links of automations' mails. GET changes nothing: programs open links, too."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from shopflow.audience import services
from shopflow.audience.links import read_stay_token
from shopflow.audience.models import Contact, PersonalVoucher
from shopflow.contracts.mail import never_counted
from shopflow.core import clock


@never_cache
def voucher(request: HttpRequest, code: str) -> HttpResponse:
    """A personal voucher: until when it holds, and the button that puts it into the basket."""
    found = get_object_or_404(PersonalVoucher.objects.select_related("voucher"), voucher__code=code.upper())
    used = found.voucher.applications.exists()
    state = "used" if used else "over" if found.voucher.end_datetime < clock.now() else "open"
    context = {"given": found, "state": state, "has_basket": bool(request.basket.pk)}  # type: ignore[attr-defined]
    return render(request, "shopflow/audience/voucher.html", context)


@never_counted
@never_cache
def stay(request: HttpRequest, token: str) -> HttpResponse:
    """“Keep me on the list”: one press shows that the mails are still wanted."""
    page, key = "shopflow/audience/stay.html", read_stay_token(token)
    contact = Contact.objects.filter(key=key).first() if key else None
    if contact is None:
        return render(request, page, {"state": "unknown"}, status=404)
    if request.method != "POST":
        return render(request, page, {"state": "ask"})
    services.confirm_interest(contact=contact)
    return render(request, page, {"state": "done"})
