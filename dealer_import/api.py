"""The machines' door: signed deliveries, and what became of them."""

from __future__ import annotations

import secrets as random
import tempfile
from typing import IO

from django.db import OperationalError
from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from dealer_import.models import ImportOrigin, ImportRun, ReceivedFile
from dealer_import.profiles import BadProfile, Profile
from dealer_import.queries import known_profiles
from dealer_import.services.receiving import receive_file
from dealer_import.transports.limits import not_kept
from dealer_import.transports.push import PushTransport
from dealer_import.transports.secrets import secret
from shopflow.contracts.transports import RemoteFile, TransportFailed
from shopflow.core.refusals import Refused, refusing_in_json
from shopflow.core.signing import MIN_SECRET, Signature, is_recent
from shopflow.core.unreadable import takes_bytes

CHUNK = 1 << 16


@takes_bytes
@csrf_exempt
@never_cache
@require_POST
@refusing_in_json
def deliver(request: HttpRequest, pk: int) -> JsonResponse:
    """Take a delivery, queue its run and answer with the run's address; nothing is read before the answer.

    A delivery whose content was here before is not run again: it is answered with 200 instead of 202.
    """
    origin, key = _origin(pk)
    with tempfile.TemporaryFile(prefix="import-") as content:
        _receive(request, origin, key, content)
        assert origin is not None  # noqa: S101 - nobody knows the secret of an unknown one
        profile = _profile_of(origin)
        name = request.headers.get("X-Filename", "")[:120] or "delivery.json"
        try:
            received = receive_file(
                origin=origin, profile=profile, file=RemoteFile(f"push-{pk}", name), content=content
            )
        except OSError as error:
            raise Refused(503, "storage", not_kept(error)) from error
        except OperationalError as error:
            told = _("The shop is busy just now. Send the delivery again in a few minutes.")
            raise Refused(503, "busy", told) from error
    if received is None or received.state != ReceivedFile.State.TAKEN or received.run is None:
        return JsonResponse({"state": "same", "message": _("This content was received before.")}, status=200)
    address = request.build_absolute_uri(reverse("dealer-import:delivery-run", args=[pk, received.run.pk]))
    answer = JsonResponse({"state": received.run.state, "run": received.run.pk, "status": address}, status=202)
    answer["Location"] = address
    return answer


@never_cache
@require_GET
@refusing_in_json
def delivery_run(request: HttpRequest, pk: int, run_pk: int) -> JsonResponse:
    """What became of a delivery. Signed like the delivery, with an empty body."""
    origin, key = _origin(pk)
    _check(request, key, Signature(key, request.headers.get("X-Timestamp", "")))
    taken = ReceivedFile.objects.filter(origin=origin, run=run_pk)
    run = ImportRun.objects.filter(pk=run_pk).first() if origin is not None and taken.exists() else None
    if run is None:
        raise Refused(404, "unknown", _("This source has no such run."))
    counts = ("accepted", "rejected", "skipped", "created", "changed", "unchanged", "hidden")
    told = {name: getattr(run, name) for name in counts}
    told |= {"run": run.pk, "state": run.state, "outcome": run.outcome, "reason": run.reason, "message": run.message}
    return JsonResponse({**told, "warnings": run.warnings, "dry_run": run.dry_run})


def _profile_of(origin: ImportOrigin) -> Profile:
    try:
        return known_profiles()[origin.profile]
    except (KeyError, BadProfile) as error:
        told = _("The profile %(name)s is gone or does not hold.") % {"name": origin.profile}
        raise Refused(409, "profile", told) from error


def _origin(pk: int) -> tuple[ImportOrigin | None, str]:
    """The origin and its secret; an unknown one gets a secret that nobody knows, and fails like a wrong signature."""
    origin = ImportOrigin.objects.filter(pk=pk, transport=PushTransport.code, enabled=True).first()
    if origin is None:
        return None, random.token_hex()
    try:
        key = secret(str(origin.settings.get("secret_variable", "")))
    except TransportFailed as error:
        raise Refused(503, "secret", str(error)) from error
    if len(key) < MIN_SECRET:
        raise Refused(503, "secret", _("The shared secret is too short; take 24 random characters or more."))
    return origin, key


def _receive(request: HttpRequest, origin: ImportOrigin | None, key: str, target: IO[bytes]) -> None:
    """Copy the body to ``target``, not more than is allowed, and check its signature."""
    timestamp = request.headers.get("X-Timestamp", "")
    if not is_recent(timestamp):
        raise Refused(401, "timestamp", _("X-Timestamp must be the present time in seconds. Check the clock."))
    limit = int((origin.settings.get("max_mb") if origin else 0) or 1) << 20
    if request.headers.get("Transfer-Encoding") and not request.headers.get("Content-Length"):
        raise Refused(411, "length", _("Say in Content-Length how long the delivery is; in pieces it is not taken."))
    told = request.headers.get("Content-Length") or "0"
    expected = int(told) if told.isascii() and told.isdecimal() else 0
    if expected > limit:
        raise _too_large(limit)
    signature, size = Signature(key, timestamp), 0
    try:
        while chunk := request.read(CHUNK):
            size += len(chunk)
            if size > limit:
                raise _too_large(limit)
            signature.update(chunk)
            _write(target, chunk)
    except UnreadablePostError as error:
        raise _incomplete() from error
    if size < expected:
        raise _incomplete()
    _check(request, key, signature)
    if not size:
        raise Refused(422, "empty_file", _("The delivery is empty."))


def _write(target: IO[bytes], chunk: bytes) -> None:
    try:
        target.write(chunk)
    except OSError as error:
        raise Refused(503, "storage", not_kept(error)) from error


def _check(request: HttpRequest, key: str, signature: Signature) -> None:
    if not is_recent(request.headers.get("X-Timestamp", "")):
        raise Refused(401, "timestamp", _("X-Timestamp must be the present time in seconds. Check the clock."))
    if not signature.matches(request.headers.get("X-Signature", "")):
        raise Refused(401, "signature", _("The source is unknown or X-Signature is wrong."))


def _incomplete() -> Refused:
    return Refused(400, "incomplete", _("The connection broke off. Send the delivery again."))


def _too_large(limit: int) -> Refused:
    return Refused(413, "too_large", _("A delivery may have %(mb)s MB at most.") % {"mb": limit >> 20})
