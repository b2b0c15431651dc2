"""The customers' doors to documents on request."""

from __future__ import annotations

from datetime import timedelta

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from shopflow.audience import services
from shopflow.audience.forms import MagnetForm
from shopflow.audience.leads import lead_of
from shopflow.audience.links import read_magnet_token
from shopflow.audience.models import LeadMagnet, LeadMagnetRequest
from shopflow.audience.purposes import purposes
from shopflow.audience.views import _ip, _language, _user_agent
from shopflow.core import clock
from shopflow.core.limits import Limit, visitor

REQUESTS = Limit(name="magnet", times=10, period=timedelta(hours=1))
TO_ADDRESS = Limit(name="magnet_to", times=5, period=timedelta(days=1))
RENEWALS = Limit(name="magnet_renewal", times=3, period=timedelta(days=1))


def request_magnet(request: HttpRequest, slug: str) -> HttpResponse:
    """The form for one document. The answer never says whether an address is known already."""
    magnet = get_object_or_404(LeadMagnet, slug=slug, is_active=True)
    form = MagnetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not (REQUESTS.passes(visitor(request)) and TO_ADDRESS.passes(form.cleaned_data["email"].lower())):
            form.add_error("email", _("Many requests came from your connection. Please try again in an hour."))
            return _form_page(request, magnet, form, status=429)
        if not form.cleaned_data["website"]:
            _ask(request, magnet, form)
        return redirect("shopflow-audience:magnet-thanks")
    return _form_page(request, magnet, form, status=200 if request.method != "POST" else 422)


def _ask(request: HttpRequest, magnet: LeadMagnet, form: MagnetForm) -> None:
    asked = services.request_magnet(
        magnet=magnet,
        email=form.cleaned_data["email"],
        newsletter=form.cleaned_data["newsletter"],
        language=_language(),
        source=request.path,
        user=request.user,
        ip=_ip(request),
        user_agent=_user_agent(request),
    )
    lead = lead_of(request)
    if lead is not None:
        services.record_touch(contact=asked.contact, lead=lead)


def _form_page(request: HttpRequest, magnet: LeadMagnet, form: MagnetForm, *, status: int) -> HttpResponse:
    text = purposes.get("newsletter").text(_language())
    context = {"magnet": magnet, "form": form, "text": text}
    return render(request, "shopflow/audience/magnet.html", context, status=status)


def magnet_thanks(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "shopflow/audience/magnet_thanks.html")


@never_cache
def magnet(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of the mail: the file, or a button for a fresh link, which goes to the same address."""
    asked, page = _asked(token), "shopflow/audience/magnet_file.html"
    if asked is None:
        return render(request, page, {"state": "unknown"}, status=404)
    if request.method == "POST":
        if RENEWALS.passes(str(asked.key)):
            services.renew_magnet(asked=asked)
        return render(request, page, {"state": "renewed", "asked": asked})
    return render(request, page, {"state": "open" if _is_open(asked) else "over", "asked": asked, "token": token})


@never_cache
def magnet_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file itself, as long as the link is valid."""
    asked = _asked(token)
    if asked is None or not _is_open(asked):
        return redirect("shopflow-audience:magnet", token=token)
    if request.method == "GET":
        services.count_download(asked=asked)
    file = asked.magnet.file
    name = f"{asked.magnet.slug}.{file.name.rpartition('.')[2]}"
    response = FileResponse(file.open("rb"), as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _asked(token: str) -> LeadMagnetRequest | None:
    key = read_magnet_token(token)
    found = LeadMagnetRequest.objects.select_related("magnet", "contact")
    return found.filter(key=key, confirmed_at__isnull=False).first() if key else None


def _is_open(asked: LeadMagnetRequest) -> bool:
    return asked.expires_at is not None and asked.expires_at > clock.now()
