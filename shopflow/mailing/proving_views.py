"""The customers' door to showing that the account's address is theirs."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from shopflow.contracts.mail import never_counted
from shopflow.core.limits import Limit
from shopflow.mailing.proving import prove_address, send_proof_link

LINKS = Limit(name="address_proof", times=5, period=timedelta(hours=1))
"""Links for one account; each is a mail to an address that somebody has typed."""
_BACK = "shopflow_proving_for"
"""Where in the session stands which page asked for the proof."""


@login_required
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Send the link, and remember which page it was asked for on."""
    back = request.POST.get("next", "")
    back = back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "/"
    if not request.user.email:  # type: ignore[union-attr]
        return redirect("customer:profile-update")
    if not LINKS.passes(str(request.user.pk)):
        messages.error(request, _("Please try again in an hour."))
        return redirect(back)
    request.session[_BACK] = back
    send_proof_link(user=request.user, language=(get_language() or "de")[:2])
    messages.info(request, _("We have sent you an e-mail with a link. Open it in this browser, within an hour."))
    return redirect(back)


@never_counted
@never_cache
@login_required
@require_GET
def prove(request: HttpRequest, token: str) -> HttpResponse:
    """Take the proof and lead back. Nothing is stored but in this login's session, which no scanner has."""
    if not prove_address(request, token):
        messages.error(request, _("This link is too old, or was sent to another account. Please have a new one sent."))
    return redirect(request.session.pop(_BACK, "customer:summary"))
