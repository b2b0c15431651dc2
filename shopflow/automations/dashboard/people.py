"""Why somebody got a mail or none, and events that nobody could take in."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shopflow.audience.queries import contact_of
from shopflow.automations import explaining, queries
from shopflow.automations.dashboard import runs as run_pages
from shopflow.automations.dashboard.rights import MOVE, VIEW
from shopflow.automations.forms.staff import BlockForm, RetryForm, WhyForm
from shopflow.automations.models import Flow
from shopflow.automations.services import block_person
from shopflow.core.access import may_open, staff_page
from shopflow.core.models import OutboxDelivery
from shopflow.core.services import audit, retry_parked


@staff_page(VIEW)
@require_GET
def why(request: HttpRequest) -> HttpResponse:
    """Why somebody got a mail, or none."""
    form = WhyForm(request.GET if "email" in request.GET else None)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        email = form.cleaned_data["email"]
        context["decisions"] = queries.decisions_about(email=email)
        context["blocked"] = queries.blocked(email=email)
        context["may_block"] = may_open(request.user, MOVE)
        context["runs"] = list(queries.runs(email=email)[: run_pages.PAGE])
        context["lines"] = explaining.lines(email)
        context["contact"] = contact_of(email)
        context["flow"] = flow = Flow.objects.filter(code=request.GET.get("flow", "")).first()
        context["sentences"] = explaining.explain(email=email, flow=flow) if flow else []
    return render(request, "shopflow/automations/why.html", context)


@staff_page(VIEW)
@require_http_methods(["GET", "POST"])
def deliveries(request: HttpRequest) -> HttpResponse:
    """Events that a subscriber could not take in, and another try for them."""
    parked = queries.parked_deliveries()
    may_retry = may_open(request.user, MOVE)
    form = None
    if request.method == "POST" and may_retry:
        form = RetryForm(request.POST, parked=[delivery.pk for delivery in parked])
        if form.is_valid():
            _try_again(request, form.cleaned_data["delivery"])
            return redirect("shopflow-staff:automations-deliveries")
    context = {"parked": parked, "form": form, "may_retry": may_retry}
    status = 422 if form is not None else 403 if request.method == "POST" else 200
    return render(request, "shopflow/automations/deliveries.html", context, status=status)


def _try_again(request: HttpRequest, keys: list[int]) -> None:
    with transaction.atomic():
        for delivery in OutboxDelivery.objects.filter(pk__in=keys, state=OutboxDelivery.State.PARKED):
            audit(actor=request.user, action="delivery_retried", target=delivery, summary=str(delivery))
        count = retry_parked(delivery_ids=keys)
    messages.success(request, _("%(count)s events are being delivered again.") % {"count": count})


@staff_page(MOVE)
@require_POST
def block(request: HttpRequest) -> HttpResponse:
    """Keep automations from writing to an address, or let them again."""
    form = BlockForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("shopflow-staff:automations-why")
    email, blocked = form.cleaned_data["email"], form.cleaned_data["blocked"]
    if block_person(email=email, blocked=blocked, actor=request.user, reason=form.cleaned_data["reason"]):
        sentence = _("Automations do not write to %(email)s any more.") if blocked else _("%(email)s is free again.")
        messages.success(request, sentence % {"email": email})
    return redirect("shopflow-staff:automations-why")
