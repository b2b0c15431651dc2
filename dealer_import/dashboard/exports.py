"""The staff's doors to what leaves the shop: the catalogue, the product feed, orders to suppliers."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealer_import import services
from dealer_import.dashboard.access import FEED, RUN, SUPPLIERS, VIEW
from dealer_import.dashboard.reports import download
from dealer_import.exports import catalogue
from dealer_import.exports.escaping import escape
from dealer_import.exports.profile import XLSX_SUFFIX, forget_export_profiles, profile_name
from dealer_import.exports.reorder import proposal
from dealer_import.exports.tables import XLSX_TYPE, csv_file, xlsx_file
from dealer_import.forms.exports import FeedForm, QuantitiesForm, SupplierForm
from dealer_import.models import FeedSettings, Supplier, SupplierOrder
from dealer_import.services.supplying import COLUMNS, order_rows
from shopflow.contracts.types import Label
from shopflow.core.access import may_open, staff_page
from shopflow.core.links import absolute
from shopflow.parts.models import PartRecord

REASONS: dict[str, Label] = {
    "no_price": gettext_lazy("without a price"),
    "restricted": gettext_lazy("not sold to everybody"),
    "no_picture": gettext_lazy("without a picture"),
}


@staff_page(VIEW)
def export_page(request: HttpRequest) -> HttpResponse:
    """All that can be taken out, with the feed's settings."""
    settings = FeedSettings.objects.filter(pk=1).first() or FeedSettings(pk=1)
    form = FeedForm(request.POST or None, instance=settings)
    if request.method == "POST":
        if not may_open(request.user, FEED):
            raise PermissionDenied
        if form.is_valid():
            services.save_feed_settings(actor=request.user, **form.cleaned_data)
            messages.success(request, _("The product feed was saved. It is made anew in the background."))
            return redirect("shopflow-staff:import-exports")
    sources = PartRecord.objects.exclude(source="").order_by("source").values_list("source", flat=True).distinct()
    context = {
        "sources": [(source, profile_name(source), profile_name(source, XLSX_SUFFIX)) for source in sources],
        "feed": settings,
        "feed_url": _feed_url(settings),
        "left_out": [(REASONS.get(code, code), number) for code, number in (settings.left_out or {}).items()],
        "form": form,
        "may_feed": may_open(request.user, FEED),
        "suppliers": Supplier.objects.all(),
        "may_supply": may_open(request.user, SUPPLIERS),
    }
    return render(request, "shopflow/dealer_import/exports.html", context, status=422 if form.errors else 200)


def _feed_url(settings: FeedSettings) -> str:
    if settings.access == FeedSettings.Access.OFF:
        return ""
    if settings.access == FeedSettings.Access.PUBLIC:
        return absolute(reverse("product-feed"))
    return absolute(reverse("product-feed-signed", args=[settings.token]))


@staff_page(VIEW)
def catalogue_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """The catalogue as CSV or XLSX, of one source or of all."""
    source = request.GET.get("source", "")
    forget_export_profiles()
    parts = catalogue.exported_parts(source)
    places = catalogue.locations(parts)
    header, rows = catalogue.header(places), catalogue.rows(parts, places)
    name = f"katalog-{source}" if source.replace("_", "").isalnum() else "katalog"
    if form == "csv":
        return download(csv_file(header, rows, clean=escape), name=f"{name}.csv")
    if form == "xlsx":
        return download(xlsx_file(header, rows, title="Katalog", clean=escape), name=f"{name}.xlsx", kind=XLSX_TYPE)
    raise Http404


@staff_page(SUPPLIERS)
def supplier_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    supplier = get_object_or_404(Supplier, pk=pk) if pk else Supplier()
    form = SupplierForm(request.POST or None, instance=supplier)
    if request.method == "POST" and form.is_valid():
        saved = services.save_supplier(form=form, actor=request.user)
        messages.success(request, _("%(name)s was saved.") % {"name": saved.name})
        return redirect("shopflow-staff:import-supplier", pk=saved.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "supplier": supplier}
    return render(request, "shopflow/dealer_import/supplier_form.html", context, status=status)


@staff_page(VIEW)
def supplier_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What to reorder from a supplier, with quantities to change, and the orders that went out."""
    supplier = get_object_or_404(Supplier, pk=pk)
    proposed = proposal(supplier)
    form = QuantitiesForm(request.POST or None, lines=proposed.lines)
    if request.method == "POST" and not may_open(request.user, RUN):
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        wanted = {"supplier_id": supplier.pk, "quantities": form.quantities(), "seen": form.cleaned_data["seen"]}
        try:
            services.send_supplier_order(actor=request.user, **wanted)
            messages.success(request, _("The list was sent to %(email)s.") % {"email": supplier.email})
            return redirect("shopflow-staff:import-supplier", pk=supplier.pk)
        except services.NothingToOrder as error:
            form.add_error(None, str(error))
    context = {
        "supplier": supplier,
        "proposal": proposed,
        "form": form,
        "orders": SupplierOrder.objects.filter(supplier=supplier).select_related("sent_by")[:20],
        "may_send": may_open(request.user, RUN),
        "may_supply": may_open(request.user, SUPPLIERS),
    }
    return render(request, "shopflow/dealer_import/supplier.html", context, status=422 if form.errors else 200)


@staff_page(VIEW)
def supplier_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The proposal as it stands, for people who order by other means."""
    proposed = proposal(get_object_or_404(Supplier, pk=pk))
    rows = order_rows((line, line.quantity) for line in proposed.lines)
    return download(csv_file(COLUMNS, rows), name="nachbestellung.csv")
