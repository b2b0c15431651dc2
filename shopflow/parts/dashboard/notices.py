"""The staff's pages for recalls and safety warnings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from shopflow.core.access import may_open, staff_page
from shopflow.parts import services
from shopflow.parts.forms.notices import NoticeForm
from shopflow.parts.models import SafetyNotice

VIEW = "shopflow_parts.view_safetynotice"
ISSUE = "shopflow_parts.add_safetynotice"
PER_PAGE = 50


@staff_page(VIEW)
def notices(request: HttpRequest) -> HttpResponse:
    """All notices with how many buyers were told and have read them."""
    read = Count("receipts", filter=Q(receipts__acknowledged_at__isnull=False))
    rows = SafetyNotice.objects.annotate(told=Count("receipts"), read=read).order_by("-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "may_issue": may_open(request.user, ISSUE)}
    return render(request, "shopflow/parts/dashboard/notices.html", context)


@staff_page(ISSUE)
def new_notice(request: HttpRequest) -> HttpResponse:
    """Write a notice, see whom it concerns, and issue it."""
    form = NoticeForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "count": None}
    if request.method == "POST" and form.is_valid():
        facts = form.facts()
        if "issue" in request.POST:
            services.issue_notice(facts=facts, product_ids=form.product_ids, actor=request.user)
            messages.success(request, _("Issued. Every buyer is being written to."))
            return redirect("shopflow-staff:parts-notices")
        orders = services.affected_orders(form.product_ids, sold_from=facts["sold_from"], sold_to=facts["sold_to"])
        context["count"] = orders.count()
    return render(request, "shopflow/parts/dashboard/notice_new.html", context, status=422 if form.errors else 200)


@staff_page(VIEW)
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice, and the orders whose buyers have not acknowledged it."""
    row = get_object_or_404(SafetyNotice, pk=pk)
    receipts = row.receipts.select_related("order").order_by("acknowledged_at", "pk")
    page = Paginator(receipts, PER_PAGE).get_page(request.GET.get("page"))
    context = {"notice": row, "products": row.products.order_by("title"), "page": page}
    return render(request, "shopflow/parts/dashboard/notice.html", context)
