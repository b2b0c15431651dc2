"""Staff's door to requests of people who have no account, or who write a letter."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from shopflow.contracts.personal_data import ErasureRefused
from shopflow.core.access import staff_page
from shopflow.mailing.addresses import email_hash
from shopflow.privacy import services
from shopflow.privacy.forms import EraseForm, PersonForm
from shopflow.privacy.models import AnsweredRequest
from shopflow.privacy.sweeping import table
from shopflow.privacy.views import as_file

ANSWER = "shopflow_privacy.add_answeredrequest"
SHOWN = 50


@sensitive_post_parameters("email")
@staff_page(ANSWER)
def requests(request: HttpRequest) -> HttpResponse:
    """Look a person up (by POST: the address stays out of logs), hand out a copy, or erase."""
    form = PersonForm(request.POST or None)
    email = form.cleaned_data["email"] if request.method == "POST" and form.is_valid() else ""
    return _page(request, form, email, EraseForm(initial={"email": email}))


@sensitive_post_parameters("email")
@staff_page(ANSWER)
@require_POST
def copy(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, form, "", EraseForm(), status=422)
    return as_file(services.export_person(email=form.cleaned_data["email"], actor=request.user))


@sensitive_post_parameters("email")
@staff_page(ANSWER)
@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    form = EraseForm(request.POST)
    if not form.is_valid():
        return _page(request, PersonForm(request.POST), request.POST.get("email", ""), form, status=422)
    email = form.cleaned_data["email"]
    try:
        done = services.erase_person(email=email, actor=request.user, note=form.cleaned_data["note"])
    except ErasureRefused as refusal:
        messages.error(request, str(refusal))
        return _page(request, PersonForm(request.POST), email, form, status=409)
    erased, kept = (sum(getattr(part.erasure, name) for part in done) for name in ("erased", "kept"))
    messages.success(request, _("Erased: %(erased)s records. Kept: %(kept)s.") % {"erased": erased, "kept": kept})
    for part in done:
        if part.erasure.kept:
            messages.info(request, f"{part.label}: {part.erasure.why_kept}")
    return redirect("shopflow-staff:privacy")


@staff_page(ANSWER)
def retention(request: HttpRequest) -> HttpResponse:
    """What is kept how long, by which law, and how the last sweep went."""
    return render(request, "shopflow/privacy/dashboard/retention.html", {"rows": table()})


def _page(request: HttpRequest, form: PersonForm, email: str, erasing: EraseForm, *, status: int = 200) -> HttpResponse:
    answered = AnsweredRequest.objects.select_related("answered_by").order_by("-pk")
    if email:
        answered = answered.filter(email_hash=email_hash(email))
    context = {
        "form": form,
        "email": email,
        "summary": services.summary_of(email) if email else [],
        "erasing": erasing,
        "answered": answered[:SHOWN],
    }
    return render(request, "shopflow/privacy/dashboard/requests.html", context, status=status)
