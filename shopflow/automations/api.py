"""The machines' door: another system says, signed, that something has happened to somebody."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shopflow.automations.exceptions import KeyReused
from shopflow.automations.forms.calls import CallForm
from shopflow.automations.services import take_call
from shopflow.core.refusals import Refused, refusing_in_json
from shopflow.core.signing import MIN_SECRET, Signature, is_recent
from shopflow.core.strict_json import read_json

LONGEST = 4096
"""Bytes of the longest body."""


@csrf_exempt
@never_cache
@require_POST
@refusing_in_json
def call(request: HttpRequest) -> JsonResponse:
    """Publish the event that a signed request names; a second request with its key changes nothing."""
    body = _body(request)
    _check(request, body)
    form = _form(body)
    try:
        is_new = take_call(**form.cleaned_data)
    except KeyReused as error:
        told = _("The key was used for another event. Take a new key for each event.")
        raise Refused(409, "key_reused", told) from error
    return JsonResponse({"state": "taken"}, status=202) if is_new else JsonResponse({"state": "same"})


def _body(request: HttpRequest) -> bytes:
    try:
        body: bytes = request.read(LONGEST + 1)
    except UnreadablePostError as error:
        raise Refused(400, "incomplete", _("The connection broke off. Send the event again.")) from error
    if len(body) > LONGEST:
        raise Refused(413, "too_large", _("An event may have %(count)s bytes at most.") % {"count": LONGEST})
    return body


def _check(request: HttpRequest, body: bytes) -> None:
    """Whether the shop takes events, and whether this one comes from who holds the secret, just now."""
    secret = str(getattr(settings, "SHOPFLOW_EVENTS_SECRET", ""))
    if len(secret) < MIN_SECRET:
        raise Refused(503, "secret", _("The shop takes no events: SHOPFLOW_EVENTS_SECRET is not set, or too short."))
    timestamp = request.headers.get("X-Timestamp", "")
    if not is_recent(timestamp):
        raise Refused(401, "timestamp", _("X-Timestamp must be the present time in seconds. Check the clock."))
    signature = Signature(secret, timestamp)
    signature.update(body)
    if not signature.matches(request.headers.get("X-Signature", "")):
        raise Refused(401, "signature", _("X-Signature is wrong."))


def _form(body: bytes) -> CallForm:
    try:
        told: Any = read_json(body.decode())
    except ValueError as error:
        raise Refused(400, "json", _("This is no JSON: %(reason)s.") % {"reason": error}) from error
    if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
        raise Refused(422, "json", _("Send an object whose values are texts."))
    unknown = sorted(told.keys() - CallForm.base_fields.keys())
    if unknown:
        raise Refused(422, "unknown", _("These members are unknown: %(names)s.") % {"names": ", ".join(unknown)})
    form = CallForm(told)
    if not form.is_valid():
        fields = {name: [str(problem) for problem in problems] for name, problems in form.errors.items()}
        raise Refused(422, "invalid", _("Correct the members named in “fields”."), fields=fields)
    return form
