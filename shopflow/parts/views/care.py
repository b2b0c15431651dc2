"""The customer's page for the dates of a vehicle."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shopflow.audience.purposes import purposes
from shopflow.audience.queries import has_consent
from shopflow.audience.services import request_consent
from shopflow.parts import services
from shopflow.parts.forms.care import DatesForm
from shopflow.parts.models import GarageVehicle
from shopflow.parts.services.care import PURPOSE


@login_required
def dates(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell, change and remove the dates of one vehicle; the first time the consent to keep them is asked for."""
    vehicle = get_object_or_404(GarageVehicle.objects.prefetch_related("dates"), user=request.user, pk=pk)
    language = get_language() or "de"
    agreed = has_consent(email=request.user.email, purpose=PURPOSE)  # type: ignore[union-attr]
    form = DatesForm(
        request.POST or None,
        initial=DatesForm.initial_of(vehicle.dates.all()),
        text=purposes.get(PURPOSE).text(language),
        has_agreed=agreed,
    )
    if request.method == "POST" and form.is_valid():
        services.keep_dates(user=request.user, vehicle_id=pk, told=form.told())
        _ask(request, form, language)
        return redirect("parts-garage")
    context = {"form": form, "kept": vehicle, "active_tab": "garage", "page_title": _("Dates and reminders")}
    return render(request, "shopflow/parts/garage_dates.html", context, status=422 if form.errors else 200)


def _ask(request: HttpRequest, form: DatesForm, language: str) -> None:
    if form.has_agreed or not form.cleaned_data.get("agreed"):
        messages.success(request, _("Saved."))
        return
    request_consent(
        email=request.user.email,  # type: ignore[union-attr]
        purposes=[PURPOSE],
        source="parts-garage-dates",
        language=language,
        user=request.user,
        ip=request.META.get("REMOTE_ADDR", ""),
        user_agent=request.headers.get("User-Agent", "")[:200],
    )
    messages.info(request, _("Saved. Please confirm your choice: we have sent you an e-mail with a link."))
