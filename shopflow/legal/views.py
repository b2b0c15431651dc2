"""Doors for customers: the home page, the PDF of a legal text, and the withdrawal function (§ 356a BGB)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.files.storage import storages
from django.core.signing import BadSignature
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe
from wagtail.models import Page, Site
from wagtail.views import serve

from shopflow.contracts.mail import never_counted
from shopflow.contracts.pages import legal_page_types
from shopflow.core.limits import Limit, visitor
from shopflow.core.queries import seller
from shopflow.legal.exceptions import ExpiredForm, TooManyDeclarations
from shopflow.legal.forms import WithdrawalForm, unseal, unseal_expired
from shopflow.legal.links import read_withdraw_token
from shopflow.legal.models import WithdrawalDeclaration
from shopflow.legal.queries import version_in_force
from shopflow.legal.receipt import receipt_text, stamp
from shopflow.legal.services import declare_withdrawal, pdf_of

DECLARATIONS = Limit(name="withdrawal", times=20, period=timedelta(days=1))
"""Declarations from one connection; a household or a consumer's advice centre stays far below."""


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The site's first page; a plain one of our own as long as nobody has made one in the content area."""
    site = Site.find_for_request(request)
    if site is None or type(site.root_page.specific) is Page:
        return render(request, "shopflow/content/home_default.html", {"seller": seller()})
    response: HttpResponseBase = serve(request, "")
    return response


@never_counted
@require_GET
def text_pdf(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The version in force as a PDF, to be kept (Art. 246c EGBGB: retrievable and storable)."""
    kind = next((kind for kind in legal_page_types if kind.slug == slug), None)
    version = version_in_force(kind.code, get_language() or "") if kind else None
    if version is None:
        raise Http404
    kept = storages["private"].open(pdf_of(version=version).storage_name)
    return FileResponse(kept, filename=f"{slug}.pdf", content_type="application/pdf")


# Both steps do without the CSRF cookie: a declaration must not fail because a browser keeps no cookies, and a forged
# one changes nothing, since it proves no more than a letter with the same words.
@never_counted
@csrf_exempt
@never_cache
def withdraw(request: HttpRequest) -> HttpResponse:
    """Step 1. Asks for name, contract and e-mail; stores nothing; never says whether an order exists."""
    form = WithdrawalForm(request.POST) if request.method == "POST" else WithdrawalForm(initial=_prefill(request))
    if request.method == "POST" and form.is_valid():
        context = {"words": form.cleaned_data, "sealed": form.sealed()}
        return render(request, "shopflow/legal/withdraw_confirm.html", context)
    return render(request, "shopflow/legal/withdraw.html", {"form": form})


def _prefill(request: HttpRequest) -> dict[str, Any]:
    known: dict[str, Any] = {"contract": read_withdraw_token(request.GET.get("vertrag", ""))}
    user: Any = request.user
    if user.is_authenticated:
        known["name"] = user.get_full_name()
        known["email"] = user.email
    return known


@never_counted
@csrf_exempt
@never_cache
@require_POST
def confirm_withdrawal(request: HttpRequest) -> HttpResponse:
    """Step 2: the declaration is made. The same form sent twice is one declaration."""
    sealed = request.POST.get("sealed", "")
    try:
        declared = unseal(sealed)
    except ExpiredForm:
        form = WithdrawalForm(initial=unseal_expired(sealed))
        message = _("This page was open for more than a day. Please check your entries and continue once more.")
        return render(request, "shopflow/legal/withdraw.html", {"form": form, "message": message})
    except BadSignature as error:
        raise BadRequest("The withdrawal form was altered on its way.") from error
    earlier = WithdrawalDeclaration.objects.filter(submission_key=declared.submission_key).first()
    if earlier is not None:
        return redirect("legal-withdraw-receipt", token=earlier.token)
    if not DECLARATIONS.passes(visitor(request)):
        return _too_many(request, sealed)
    try:
        row = declare_withdrawal(declared=declared, language=get_language() or "de", user=request.user)
    except TooManyDeclarations:
        return _too_many(request, sealed)
    return redirect("legal-withdraw-receipt", token=row.token)


def _too_many(request: HttpRequest, sealed: str) -> HttpResponse:
    """The way that stays open: a withdrawal by letter or mail counts just as well."""
    message = _(
        "Many declarations have been sent from your connection or for this e-mail address, so this one was not taken "
        "here. Please try again tomorrow, or withdraw now by e-mail to %(email)s."
    ) % {"email": seller().email or settings.DEFAULT_FROM_EMAIL}
    form = WithdrawalForm(initial=unseal_expired(sealed))
    return render(request, "shopflow/legal/withdraw.html", {"form": form, "message": message}, status=429)


@never_counted
@never_cache
@require_safe
def withdrawal_receipt(request: HttpRequest, token: UUID) -> HttpResponse:
    """The receipt on screen. Its address is known only to the person who made the declaration."""
    row = get_object_or_404(WithdrawalDeclaration, token=token)
    context = {"declaration": row, "received": stamp(row.received_at)}
    return render(request, "shopflow/legal/withdraw_receipt.html", context)


@never_counted
@never_cache
@require_safe
def download_receipt(request: HttpRequest, token: UUID) -> HttpResponse:
    """The receipt as a text file."""
    row = get_object_or_404(WithdrawalDeclaration, token=token)
    with override(row.language):
        text = receipt_text(row)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="widerruf-{row.received_at:%Y-%m-%d}.txt"'
    return response
