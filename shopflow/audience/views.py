"""The customers' doors: signing up, confirming, choosing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from shopflow.audience import queries, services
from shopflow.audience.exceptions import ExpiredLink, UnknownLink
from shopflow.audience.forms import ANEW, NewsletterForm, PreferencesForm
from shopflow.audience.leads import lead_of
from shopflow.audience.links import preferences_token, read_confirm_token, read_preferences_token
from shopflow.audience.models import Consent, Contact, ShareLink
from shopflow.audience.papers import proof_response
from shopflow.audience.purposes import purposes
from shopflow.contracts.mail import never_counted
from shopflow.core.limits import Limit, visitor
from shopflow.mailing.machines import is_program
from shopflow.mailing.proving import address_proved

SIGN_UPS = Limit(name="newsletter", times=10, period=timedelta(hours=1))
"""Sign-ups from one connection; each sends a mail to an address that somebody has typed."""
PROOFS = Limit(name="consent_proof", times=20, period=timedelta(hours=1))
"""Papers for one connection; each costs a second of a processor."""


def _language() -> str:
    return (get_language() or "de")[:2]


def _ip(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _user_agent(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")[:300]


def newsletter(request: HttpRequest) -> HttpResponse:
    """The sign-up form. The answer never says whether an address is known already."""
    form = NewsletterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not SIGN_UPS.passes(visitor(request)):
            form.add_error("email", _("Many sign-ups came from your connection. Please try again in an hour."))
            return _sign_up_page(request, form, status=429)
        if not form.cleaned_data["website"]:
            asked = services.request_consent(
                email=form.cleaned_data["email"],
                purposes=["newsletter"],
                source=request.path,
                language=_language(),
                user=request.user,
                ip=_ip(request),
                user_agent=_user_agent(request),
            )
            lead = lead_of(request)
            if asked is not None and lead is not None:
                services.record_touch(contact=asked.contact, lead=lead)
        return redirect("shopflow-audience:thanks")
    return _sign_up_page(request, form, status=200 if request.method != "POST" else 422)


def _sign_up_page(request: HttpRequest, form: NewsletterForm, *, status: int) -> HttpResponse:
    text = purposes.get("newsletter").text(_language())
    return render(request, "shopflow/audience/newsletter.html", {"form": form, "text": text}, status=status)


def thanks(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "shopflow/audience/thanks.html")


@never_counted
@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the one click, then confirm. GET changes nothing: virus scanners open links before people do."""
    page = "shopflow/audience/confirm.html"
    if request.method != "POST":
        known = read_confirm_token(token) is not None
        return render(request, page, {"state": "ask" if known else "unknown"}, status=200 if known else 404)
    try:
        asked = services.confirm_consent(token, ip=_ip(request), user_agent=_user_agent(request))
    except UnknownLink:
        return render(request, page, {"state": "unknown"}, status=404)
    except ExpiredLink:
        return render(request, page, {"state": "expired"}, status=410)
    states = queries.consent_states(asked.contact.email)
    standing = [code for code in asked.purposes if states.get(code) == Consent.State.GRANTED]
    labels = [purposes.get(code).label for code in standing if code in purposes]
    return render(request, page, {"state": "done" if standing else "withdrawn", "labels": labels})


@never_counted
@never_cache
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Choosing without login, by the link from a mail: whoever has it receives mail at that address."""
    key = read_preferences_token(token)
    contact = Contact.objects.filter(key=key).first() if key else None
    if contact is None:
        return render(request, "shopflow/audience/preferences.html", {"contact": None}, status=404)
    return _choose(request, email=contact.email, proved=True, back=request.path, contact=contact)


@never_counted
@never_cache
def proof(request: HttpRequest, token: str) -> HttpResponse:
    """The person's own consents as PDF, by the link from a mail (Art. 15 GDPR)."""
    key = read_preferences_token(token)
    if not PROOFS.passes(visitor(request)):
        return HttpResponse(_("Please try again in an hour."), status=429, content_type="text/plain; charset=utf-8")
    return proof_response(get_object_or_404(Contact, key=key).email)


def share(request: HttpRequest, code: str) -> HttpResponse:
    """A short link from a post leads to its page. Uses are counted; who used it is not looked at, and no cookie set.

    Programs that fetch a preview or look for harm do not count.
    """
    link = get_object_or_404(ShareLink, code=code)
    if request.method == "GET" and not is_program(request):
        services.count_visit(link)
    address, _hash, anchor = link.target.partition("#")
    joined = f"{address}{'&' if '?' in address else '?'}ref={link.code}"
    return redirect(f"{joined}#{anchor}" if anchor else joined)


@never_counted
@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Choosing in the account. Its address may be mistyped, or somebody else's: a new agreement is confirmed by mail,
    and what is noted about the address is shown to whoever has opened a link that was sent to it.
    """
    return _choose(request, email=request.user.email, proved=False, back=request.path)  # type: ignore[union-attr]


def _choose(
    request: HttpRequest, *, email: str, proved: bool, back: str, contact: Contact | None = None
) -> HttpResponse:
    states = queries.consent_states(email)
    granted = {code for code, state in states.items() if state == Consent.State.GRANTED}
    data = request.POST if request.method == "POST" else None
    contact = contact or queries.contact_of(email)
    known = proved or address_proved(request)
    day = queries.birthday_of(contact) if contact is not None and known else None
    outgrown = queries.outgrown_texts(email, states)
    form = PreferencesForm(data, language=_language(), granted=granted, outgrown=outgrown, initial={"birthday_on": day})
    if request.method == "POST" and (form.is_valid() or "none" in request.POST):
        chosen, anew = (set(), set()) if "none" in request.POST else (form.chosen(), form.anew())
        _apply(request, email=email, states=states, chosen=chosen, anew=anew, proved=proved)
        _keep_birthday(request, form, email, shown=known)
        return redirect(back)
    pending = _pending(contact, states, outgrown) if contact else set()
    context: dict[str, Any] = {"contact": email, "form": form, "pending": pending, "by_link": proved}
    if contact is not None and known:
        context |= {"profile": queries.profile_of(contact), "proof_token": preferences_token(contact)}
    if proved:
        return render(request, "shopflow/audience/preferences.html", context)
    context |= {"page_title": _("E-mail settings"), "active_tab": "mail_settings", "unproved": not known}
    return render(request, "shopflow/audience/account.html", context)


def _pending(contact: Contact, states: dict[str, str], outgrown: Mapping[str, str]) -> set[str]:
    """The boxes that wait for the click in a confirmation mail."""
    anew = queries.unconfirmed(contact, {code: state for code, state in states.items() if code not in outgrown})
    return queries.unconfirmed(contact, states) | {code + ANEW for code in anew & set(outgrown)}


def _keep_birthday(request: HttpRequest, form: PreferencesForm, email: str, *, shown: bool) -> None:
    """Store the day with the consent that it needs; one that waits for its confirmation must be entered again.

    A day that was not ``shown`` is not taken away by leaving it empty.
    """
    contact, day = queries.contact_of(email), form.cleaned_data.get("birthday_on")
    if contact is None or "none" in request.POST:
        return
    services.note_activity(contact=contact)
    if queries.has_consent(email=email, purpose="birthday"):
        if day is None and not shown:
            return
        services.set_birthday(contact=contact, day=day)
    elif day:
        messages.info(request, _("Please enter your birthday once more after you have confirmed the greeting."))


def _apply(
    request: HttpRequest, *, email: str, states: dict[str, str], chosen: set[str], anew: set[str], proved: bool
) -> None:
    source = request.resolver_match.view_name if request.resolver_match else "preferences"
    wanted = sorted(code for code in chosen if code in anew or states.get(code) != Consent.State.GRANTED)
    if "none" in request.POST:
        services.refuse_all(email=email, source=source)
    for code, state in states.items():
        if code not in chosen and state == Consent.State.GRANTED:
            services.withdraw_consent(email=email, purpose=code, source=source)
    if not wanted:
        messages.success(request, _("Your choice is saved."))
    elif proved:
        for code in wanted:
            services.grant_consent(
                email=email,
                purpose=code,
                source=source,
                language=_language(),
                ip=_ip(request),
                user_agent=_user_agent(request),
            )
        messages.success(request, _("Your choice is saved."))
    else:
        services.request_consent(
            email=email,
            purposes=wanted,
            source=source,
            language=_language(),
            user=request.user,
            ip=_ip(request),
            user_agent=_user_agent(request),
        )
        messages.info(request, _("Please confirm your choice: we have sent you an e-mail with a link."))
