"""Doors for staff: transfers that are awaited, the bank account, business customers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from oscar.core.loading import get_model

from oscar_ext.order.services import record_payment
from shopflow.core.access import staff_page
from shopflow.payments import queries, services
from shopflow.payments.forms import BankAccountForm, BusinessForm, PaymentForm
from shopflow.payments.models import ApprovedBusiness

RECORD = "order.change_order"
APPROVE = "shopflow_payments.change_approvedbusiness"
ACCOUNT = "shopflow_payments.change_bankaccount"


@staff_page(RECORD)
@require_GET
def open_payments(request: HttpRequest) -> HttpResponse:
    found = queries.awaited()
    wanted = request.GET.get("q", "").strip()
    if wanted:
        found = found.filter(order__number__icontains=wanted)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(
        request,
        "shopflow/payments/dashboard/open.html",
        {"page": page, "q": wanted, "account": queries.bank_account(), "may_edit": request.user.has_perm(ACCOUNT)},
    )


@staff_page(RECORD)
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, order_id: int) -> HttpResponse:
    order = get_object_or_404(get_model("order", "Order"), pk=order_id)
    payment = queries.order_payment(order)
    form = PaymentForm(request.POST or None, initial={"amount": payment.open_amount if payment else None})
    if form.is_valid():
        booked = record_payment(
            order_id=order.pk,
            amount_cents=int(form.cleaned_data["amount"] * 100),
            reference=form.cleaned_data["reference"],
            actor=request.user,
        )
        if booked:
            messages.success(request, _("The payment for order %(number)s is booked.") % {"number": order.number})
            return redirect("shopflow-staff:payments")
        form.add_error("reference", _("A payment with this reference is booked for this order already."))
    return render(
        request, "shopflow/payments/dashboard/record.html", {"form": form, "order": order, "payment": payment}
    )


@staff_page(ACCOUNT)
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    form = BankAccountForm(request.POST or None, instance=queries.bank_account())
    if form.is_valid():
        services.save_bank_account(**form.cleaned_data, actor=request.user)
        messages.success(request, _("The bank account is saved. New orders and invoices state it."))
        return redirect("shopflow-staff:payments")
    return render(request, "shopflow/payments/dashboard/account.html", {"form": form})


@staff_page(APPROVE)
@require_GET
def businesses(request: HttpRequest) -> HttpResponse:
    listed = ApprovedBusiness.objects.select_related("user", "approved_by").order_by("-is_active", "company")
    page = Paginator(listed, 50).get_page(request.GET.get("page"))
    return render(request, "shopflow/payments/dashboard/businesses.html", {"page": page})


@staff_page(APPROVE)
@require_http_methods(["GET", "POST"])
def edit_business(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    business = get_object_or_404(ApprovedBusiness, pk=pk) if pk else None
    form = BusinessForm(request.POST or None, instance=business)
    if form.is_valid() and _approved(form, request.user):
        messages.success(request, _("%(company)s may buy on account.") % {"company": form.cleaned_data["company"]})
        return redirect("shopflow-staff:business-customers")
    return render(request, "shopflow/payments/dashboard/business.html", {"form": form, "business": business})


def _approved(form: BusinessForm, actor: Any) -> bool:
    facts = {name: value for name, value in form.cleaned_data.items() if name != "email"}
    try:
        services.approve_business(user=form.user, approved_by=actor, **facts)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


@staff_page(APPROVE)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    business = get_object_or_404(ApprovedBusiness, pk=pk)
    services.withdraw_approval(business=business, actor=request.user)
    messages.success(request, _("%(company)s pays before delivery from now on.") % {"company": business.company})
    return redirect("shopflow-staff:business-customers")
