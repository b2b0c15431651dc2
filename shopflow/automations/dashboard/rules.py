"""Rules for every automation, the dealer's closures, and the emergency stop."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shopflow.automations.dashboard.rights import CHANGE, VIEW
from shopflow.automations.forms.staff import ClosureForm, ReasonForm, RulesForm
from shopflow.automations.models import AutomationSettings, Closure
from shopflow.automations.services import add_closure, halt_all, remove_closure, save_rules
from shopflow.core.access import may_open, staff_page

PAGE = "shopflow-staff:automations-rules"


@staff_page(VIEW)
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules; store them from staff who may."""
    stored = AutomationSettings.objects.filter(pk=1).first() or AutomationSettings(pk=1)
    may_change = may_open(request.user, CHANGE)
    if request.method == "POST" and not may_change:
        return HttpResponse(status=403)
    form = RulesForm(request.POST or None, instance=stored)
    if request.method == "POST" and form.is_valid():
        save_rules(values=form.cleaned_data, actor=request.user)
        messages.success(request, _("The rules were saved."))
        return redirect(PAGE)
    context = {
        "form": form,
        "stored": stored,
        "closures": Closure.objects.order_by("-first_day")[:50],
        "closure_form": ClosureForm(),
        "may_change": may_change,
    }
    return render(request, "shopflow/automations/rules.html", context, status=422 if form.errors else 200)


@staff_page(CHANGE)
@require_POST
def halt(request: HttpRequest) -> HttpResponse:
    """Stop everything, or let it run again."""
    form = ReasonForm(request.POST)
    halted = request.POST.get("halted") == "1"
    if not form.is_valid():
        messages.error(request, _("Say why: the reason is kept in the audit log."))
    elif halt_all(halted=halted, actor=request.user, reason=form.cleaned_data["reason"]):
        messages.success(request, _("All automations are stopped.") if halted else _("Automations run again."))
    return redirect(PAGE)


@staff_page(CHANGE)
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Add days on which the dealer is closed."""
    form = ClosureForm(request.POST)
    if form.is_valid():
        add_closure(actor=request.user, **form.cleaned_data)
        messages.success(request, _("The closure was added."))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect(PAGE)


@staff_page(CHANGE)
@require_POST
def reopen(request: HttpRequest, closure_id: int) -> HttpResponse:
    """Take a closure off the list."""
    remove_closure(closure=get_object_or_404(Closure, pk=closure_id), actor=request.user)
    messages.success(request, _("The closure was removed."))
    return redirect(PAGE)
