from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shopflow.parts import services
from shopflow.parts.choosing import choose_vehicle, chosen_vehicle, forget_vehicle
from shopflow.parts.forms.vehicle import KeysForm, VinForm
from shopflow.parts.models import GarageVehicle
from shopflow.parts.queries import fitting_products, with_model_name
from shopflow.parts.queries.vehicles import garage_of, makes, models_of, types_of, vehicle_type
from shopflow.parts.vehicle_keys import Vehicle, is_north_american, vin_check_digit_fits

FITTING = "passend"
"""Parameter of a list that shows only what fits the chosen vehicle."""


@require_safe
def picker(request: HttpRequest) -> HttpResponse:
    """Choose a vehicle: by type keys, by make and model, by VIN, or one of one's own."""
    return _picker(request, KeysForm(), VinForm())


def _picker(request: HttpRequest, keys: KeysForm, vin: VinForm, *, status: int = 200) -> HttpResponse:
    data = request.GET if request.method == "GET" else request.POST
    make, model = data.get("hersteller", ""), data.get("modell", "")
    context: dict[str, Any] = {
        "keys_form": keys,
        "vin_form": vin,
        "vehicle": chosen_vehicle(request),
        "makes": list(makes()),
        "make": make if make in makes() else "",
        "models": models_of(make),
        "model": model,
        "types": types_of(make, model),
        "garage": garage_of(request.user),
        "next": _next(request),
    }
    return render(request, "shopflow/parts/vehicle.html", context, status=status)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the vehicle that was named, and go back to where the visitor came from."""
    way = request.POST.get("weg", "")
    keys, vin = KeysForm(), VinForm()
    if way == "typ":
        vehicle = _of_type(request.POST.get("typ", ""))
    elif way == "garage":
        vehicle = _of_garage(request)
    elif way == "fin":
        vin = VinForm(request.POST)
        vehicle = vin.vehicle if vin.is_valid() else None
    else:
        keys = KeysForm(request.POST)
        vehicle = with_model_name(keys.vehicle) if keys.is_valid() else None
    if vehicle is None:
        return _picker(request, keys, vin, status=422 if way != "typ" else 404)
    choose_vehicle(request, vehicle)
    _comment(request, vehicle)
    target = _next(request)
    return redirect(_with_fitting(target) if vehicle.is_typed or vehicle.vin else target)


def _of_type(pk: str) -> Vehicle | None:
    found = vehicle_type(int(pk)) if pk.isascii() and pk.isdecimal() and len(pk) < 19 else None
    return Vehicle(hsn=found.hsn, tsn=found.tsn, model=found.model) if found else None


def _of_garage(request: HttpRequest) -> Vehicle | None:
    pk = request.POST.get("fahrzeug", "")
    if not request.user.is_authenticated or not pk.isdecimal() or len(pk) > 18:
        raise Http404
    kept = get_object_or_404(GarageVehicle, user=request.user, pk=int(pk))
    return Vehicle(hsn=kept.hsn, tsn=kept.tsn, model=kept.name or kept.model, year=kept.year, vin=kept.vin)


def _comment(request: HttpRequest, vehicle: Vehicle) -> None:
    """Say what was understood, and give hints that refuse nothing."""
    if vehicle.vin and is_north_american(vehicle.vin) and not vin_check_digit_fits(vehicle.vin):
        messages.info(request, _("The VIN's check digit does not fit. Please compare it with your papers once more."))
    if vehicle.hsn and not vehicle.is_typed:
        messages.info(request, _("Your type keys name no type of vehicle. Please compare the part numbers, or ask us."))
    elif not fitting_products(vehicle)[:1]:
        messages.info(
            request,
            _("We have no parts yet whose list names %(vehicle)s. Please compare the numbers, or ask us.")
            % {"vehicle": vehicle.label},
        )


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Let go of the chosen vehicle."""
    forget_vehicle(request)
    return redirect(_without_fitting(_next(request)))


@login_required
@require_safe
def garage(request: HttpRequest) -> HttpResponse:
    """The customer's own vehicles."""
    context = {
        "garage": garage_of(request.user),
        "vehicle": chosen_vehicle(request),
        "active_tab": "garage",
        "page_title": _("My vehicles"),
    }
    return render(request, "shopflow/parts/garage.html", context)


@login_required
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the chosen vehicle in the account."""
    vehicle = chosen_vehicle(request)
    if vehicle is None:
        messages.info(request, _("Please choose a vehicle first."))
        return redirect("parts-vehicle")
    try:
        services.keep_vehicle(user=request.user, vehicle=vehicle, name=request.POST.get("name", ""))
    except services.GarageFull:
        messages.warning(request, _("You keep as many vehicles as there may be. Remove one first."))
    return redirect("parts-garage")


@login_required
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    if not services.drop_vehicle(user=request.user, pk=pk):
        raise Http404
    return redirect("parts-garage")


def _next(request: HttpRequest) -> str:
    """Where to go afterwards: a page of this shop, else the catalogue."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    here = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=here, require_https=request.is_secure())
    return wanted if safe and len(wanted) < 2000 else reverse("catalogue:index")


def _is_list(path: str) -> bool:
    catalogue = reverse("catalogue:index")
    return path == catalogue or path.startswith((f"{catalogue}category/", "/suche/"))


def _with_fitting(url: str) -> str:
    parts = urlsplit(url)
    if not _is_list(parts.path):
        return url
    return _changed(url, **{FITTING: "1"})


def _without_fitting(url: str) -> str:
    return _changed(url) if urlsplit(url).query else url


def _changed(url: str, **changes: str) -> str:
    parts = urlsplit(url)
    query = QueryDict(parts.query, mutable=True)
    for name in (FITTING, "nach", "hsn", "tsn"):
        query.pop(name, None)
    pairs = [(name, value) for name, values in query.lists() for value in values] + list(changes.items())
    return parts._replace(query=urlencode(pairs)).geturl()
