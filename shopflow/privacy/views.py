"""The customers' doors: a copy of one's data, and leaving."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from shopflow.contracts.mail import never_counted
from shopflow.contracts.personal_data import ErasureRefused
from shopflow.contracts.types import JSONDict
from shopflow.mailing.proving import address_proved
from shopflow.privacy import services
from shopflow.privacy.forms import PasswordForm


def with_proof(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send people who have not shown yet that the account's address is theirs to where they can.

    An account takes any address, and what the shop holds is found by address: orders of guests, baskets, mails.
    """

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.email and not address_proved(request):  # type: ignore[union-attr]
            return redirect("shopflow-privacy:my-data")
        return view(request)

    return answer


def with_address(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send people whose account has no e-mail address to where they can enter one."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except services.NoAddress as refusal:
            messages.error(request, str(refusal))
            return redirect("customer:profile-update")

    return answer


@never_counted
@never_cache
@login_required
@require_GET
@with_address
def my_data(request: HttpRequest) -> HttpResponse:
    """What the shop holds, in numbers, and what can be done about it; first the proof that the address is theirs."""
    if request.user.email and not address_proved(request):  # type: ignore[union-attr]
        context = {"unproved": True, "active_tab": "my-data", "page_title": _("Data protection")}
        return render(request, "shopflow/privacy/my_data.html", context)
    return _page(request, PasswordForm(request.user))


@never_counted
@never_cache
@login_required
@require_POST
@with_proof
@with_address
def download(request: HttpRequest) -> HttpResponse:
    """Everything as one machine-readable file (Art. 20 GDPR)."""
    return as_file(services.export_person(email=request.user.email))


@never_counted
@sensitive_post_parameters("password")
@never_cache
@login_required
@with_proof
@with_address
def leave(request: HttpRequest) -> HttpResponse:
    """Erase the account and everything that no law keeps, after the password was typed once more."""
    if request.method != "POST":
        return redirect("shopflow-privacy:my-data")
    form = PasswordForm(request.user, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        services.erase_person(email=request.user.email)
    except services.NoAddress:
        raise
    except ErasureRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("shopflow-privacy:my-data")
    logout(request)
    messages.success(request, _("Your account and your data are erased. Invoices stay as long as the law demands."))
    return redirect("/")


def _page(request: HttpRequest, form: PasswordForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "summary": services.summary_of(request.user.email),
        "active_tab": "my-data",
        "page_title": _("Data protection"),
    }
    return render(request, "shopflow/privacy/my_data.html", context, status=status)


def as_file(data: JSONDict) -> HttpResponse:
    """``data`` as a JSON file to keep, readable for people too."""
    answer = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="meine-daten.json"'
    return answer
