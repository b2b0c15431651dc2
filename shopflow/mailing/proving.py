"""Whether whoever is signed in has shown that the account's address is theirs.

Anybody can register with anybody's address, or change theirs to it, and the shop knows people by their address: orders
of guests, baskets, consents. What it holds about an address is shown only after a link in a mail to it was opened, in
the login that asked for it and for as long as that lasts (Art. 12 (6) GDPR).
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse

from shopflow.contracts.mail import MailClass
from shopflow.mailing.addresses import email_hash
from shopflow.mailing.links import absolute
from shopflow.mailing.services import queue_message

VALID_FOR = timedelta(hours=1)
SESSION_KEY = "shopflow_proved_address"
_SALT = "shopflow.mailing.proving"


def address_proved(request: HttpRequest) -> bool:
    """Whether this login has opened the link that was sent to the account's present address."""
    user: Any = request.user
    return user.is_authenticated and request.session.get(SESSION_KEY) == _mark(user)


def send_proof_link(*, user: Any, language: str) -> None:
    """Send the link to the account's address."""
    token = signing.dumps(_mark(user), salt=_SALT)
    queue_message(
        dedupe_key=f"address_proof:{uuid.uuid4()}",
        template="address_proof",
        to=user.email,
        context={"prove_url": absolute(reverse("shopflow-mailing:prove", args=[token]))},
        mail_class=MailClass.TRANSACTIONAL,
        language=language,
    )


def prove_address(request: HttpRequest, token: str) -> bool:
    """Remember the proof for this login; False for a link that is too old or was sent to another account's address."""
    try:
        mark = signing.loads(token, salt=_SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        return False
    if mark != _mark(request.user):
        return False
    request.session[SESSION_KEY] = mark
    return True


def _mark(user: Any) -> str:
    return f"{user.pk}:{email_hash(user.email)}"
