"""The staff's door to the limits of sending, and to advertising that holds itself."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shopflow.core.access import staff_page
from shopflow.mailing import services
from shopflow.mailing.forms import SendingLimitsForm
from shopflow.mailing.models import AdvertisingPause, SendingLimit
from shopflow.mailing.services.breaker import held
from shopflow.mailing.services.pace import limits

VIEW = "shopflow_mailing.view_sendinglimit"
CHANGE = "shopflow_mailing.change_sendinglimit"


@staff_page(VIEW)
def sending_limits(request: HttpRequest) -> HttpResponse:
    """How fast mails go out, and what is held."""
    form = SendingLimitsForm(request.POST if request.method == "POST" else None, initial=_initial())
    if request.method == "POST":
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        if form.is_valid():
            services.save_limits(**form.cleaned_data, actor=request.user)
            messages.success(request, _("The limits are saved and hold from now on."))
            return redirect("shopflow-staff:mail-limits")
    pauses = AdvertisingPause.objects.filter(ended_at=None).order_by("-pk")
    context = {
        "form": form,
        "pauses": [(pause, held(pause).count()) for pause in pauses],
        "may_change": request.user.has_perm(CHANGE),
    }
    return render(request, "shopflow/mailing/limits.html", context)


def _initial() -> dict[str, object]:
    stored = limits()
    in_all, each = stored.pop(SendingLimit.ALL), stored.pop(SendingLimit.EACH)
    domains = "\n".join(f"{domain} {count}" for domain, count in sorted(stored.items()))
    return {"in_all": in_all, "each": each, "domains": domains}


@require_POST
@staff_page(CHANGE)
def pause_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let held advertising go on."""
    if services.end_pause(pause_id=pk, actor=request.user):
        messages.success(request, _("The advertising goes on. What has grown too old is not sent."))
    else:
        messages.warning(request, _("Somebody has ended the pause already."))
    return redirect("shopflow-staff:mail-limits")
