from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shopflow.core.access import may_open, staff_page
from shopflow.parts import services
from shopflow.parts.dashboard.publishing import CHANGE, VIEW
from shopflow.parts.forms.staff import BrandForm, DocumentForm, ManufacturerForm, PartForm
from shopflow.parts.models import Brand, Manufacturer, PartDocument, PartRecord, VehicleMaker, VehicleType
from shopflow.parts.presenting import delivered_lists
from shopflow.parts.queries.publishing import brand_overview, missing_items
from shopflow.parts.vehicle_keys import BadKey


@staff_page(VIEW)
def part(request: HttpRequest, product_id: int) -> HttpResponse:
    """One part's data as a part, with what it lacks."""
    found = get_object_or_404(
        PartRecord.objects.select_related("brand", "product").prefetch_related("publishing_blocks"),
        product_id=product_id,
    )
    if request.method == "POST":
        if not may_open(request.user, CHANGE):
            return HttpResponse(status=403)
        form = PartForm(request.POST, part=found)
        if form.is_valid() and _save(request, form, found):
            messages.success(request, _("Saved."))
            return redirect("shopflow-staff:parts-part", product_id=product_id)
        return _part_page(request, found, form, status=422)
    return _part_page(request, found, PartForm(part=found))


def _save(request: HttpRequest, form: PartForm, found: PartRecord) -> bool:
    try:
        with transaction.atomic():
            services.save_part(part=found, values=form.values(), actor=request.user)
            services.set_fitments(part=found, rows=form.fitment_rows, actor=request.user)
            _save_successors(form, found)
    except services.SuccessionLoop:
        form.add_error("successors", _("These successors lead back to this part."))
        return False
    except ValidationError as error:
        for field, texts in error.message_dict.items():
            form.add_error(field if field in form.fields else None, texts)
        return False
    return True


def _save_successors(form: PartForm, found: PartRecord) -> None:
    kind = form.cleaned_data["succession_kind"]
    wanted = [(successor.pk, kind) for successor in form.successor_parts]
    if wanted != list(found.successions.values_list("successor_id", "kind")):
        services.set_successors(part=found, successors=form.successor_parts, kind=kind)


def _part_page(
    request: HttpRequest, found: PartRecord, form: PartForm, documents: DocumentForm | None = None, *, status: int = 200
) -> HttpResponse:
    context = {
        "part": found,
        "form": form,
        "items": missing_items(found),
        "documents": found.documents.all(),
        "delivered": delivered_lists(found),
        "document_form": documents or DocumentForm(),
        "may_change": may_open(request.user, CHANGE),
    }
    return render(request, "shopflow/parts/dashboard/part.html", context, status=status)


@require_POST
@staff_page(CHANGE)
def document_add(request: HttpRequest, product_id: int) -> HttpResponse:
    """Upload a PDF for a part."""
    found = get_object_or_404(PartRecord.objects.select_related("brand", "product"), product_id=product_id)
    form = DocumentForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        name = re.sub(r"[^\w.\-]+", "_", file.name)[-120:]
        try:
            services.add_document(
                file=file, name=name, kind=form.cleaned_data["kind"], title=form.cleaned_data["title"], parts=[found],
                actor=request.user,
            )  # fmt: skip
        except ValidationError as error:
            form.add_error("file", error.messages)
        else:
            messages.success(request, _("The document is kept."))
            return redirect("shopflow-staff:parts-part", product_id=product_id)
    return _part_page(request, found, PartForm(part=found), form, status=422)


@require_POST
@staff_page(CHANGE)
def document_remove(request: HttpRequest, product_id: int, pk: int) -> HttpResponse:
    found = get_object_or_404(PartRecord, product_id=product_id)
    document = get_object_or_404(PartDocument, pk=pk, parts=found)
    services.remove_document(document=document, part=found, actor=request.user)
    return redirect("shopflow-staff:parts-part", product_id=product_id)


@staff_page(VIEW)
def brands(request: HttpRequest) -> HttpResponse:
    """All brands with their number rule and manufacturer, and the makers behind HSNs."""
    makers = dict(VehicleMaker.objects.values_list("hsn", "name"))
    hsns = VehicleType.objects.order_by("hsn").values_list("hsn", flat=True).distinct()
    context = {
        "brands": brand_overview(),
        "manufacturers": Manufacturer.objects.all(),
        "makers": [(hsn, makers.get(hsn, "")) for hsn in sorted(set(hsns) | set(makers))],
        "may_change": may_open(request.user, CHANGE),
    }
    return render(request, "shopflow/parts/dashboard/brands.html", context)


@staff_page(CHANGE)
def brand(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit one brand."""
    found = get_object_or_404(Brand, pk=pk)
    form = BrandForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        services.save_brand(brand=form.instance, actor=request.user)
        services.announce_change(run_id=None, changed=0)
        return redirect("shopflow-staff:parts-brands")
    return _form_page(request, form, found.name, _("What the brand's part numbers look like, and who makes its parts."))


@staff_page(CHANGE)
def manufacturer(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Enter or edit a manufacturer's data as product pages show them."""
    found = get_object_or_404(Manufacturer, pk=pk) if pk else None
    form = ManufacturerForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        services.save_manufacturer(actor=request.user, manufacturer=form.instance, **form.cleaned_data)
        services.announce_change(run_id=None, changed=0)
        return redirect("shopflow-staff:parts-brands")
    title = found.name if found else _("New manufacturer")
    return _form_page(request, form, title, _("Product pages must show these data (GPSR, Art. 19)."))


def _form_page(request: HttpRequest, form: Any, title: str, purpose: str) -> HttpResponse:
    context = {"form": form, "title": title, "purpose": purpose}
    status = 422 if form.errors else 200
    return render(request, "shopflow/parts/dashboard/form.html", context, status=status)


@require_POST
@staff_page(CHANGE)
def makers_save(request: HttpRequest) -> HttpResponse:
    """Name the makers behind HSNs."""
    names = {name.removeprefix("hsn-"): value for name, value in request.POST.items() if name.startswith("hsn-")}
    new = request.POST.get("neu", "").strip()
    if new:
        names[new] = request.POST.get("neu-name", "")
    try:
        services.name_makers({hsn: str(value) for hsn, value in names.items()})
    except BadKey as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."))
    return redirect("shopflow-staff:parts-brands")
