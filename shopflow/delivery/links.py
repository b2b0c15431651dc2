"""Signed links to bought goods: a page for one grant, and a file for one started download."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.urls import reverse

from shopflow.core.links import absolute
from shopflow.delivery.models import AccessGrant, DownloadEvent

GRANT_SALT = "shopflow.delivery.grant"
TICKET_SALT = "shopflow.delivery.ticket"
GRANT_LIFETIME = timedelta(days=180)


def grant_token(grant: AccessGrant) -> str:
    """A token that opens this grant's page for half a year, and nothing else."""
    return signing.dumps(grant.pk, salt=GRANT_SALT)


def read_grant_token(token: str, *, even_expired: bool = False) -> int:
    """The grant's id. Raises ``signing.SignatureExpired`` (unless ``even_expired``) or ``signing.BadSignature``."""
    return int(signing.loads(token, salt=GRANT_SALT, max_age=None if even_expired else GRANT_LIFETIME))


def access_url(grant: AccessGrant) -> str:
    """The absolute address of the page with the buyer's files, keys and lessons."""
    return absolute(reverse("delivery-access", kwargs={"key": grant_token(grant)}))


def ticket_url(download: DownloadEvent) -> str:
    """The path that serves the file of a started download, for as long as it may be resumed."""
    return reverse("delivery-file", kwargs={"ticket": signing.dumps(download.pk, salt=TICKET_SALT)})


def read_ticket(ticket: str) -> int:
    """The id of the started download. Raises ``signing.BadSignature``; its time is judged by its row."""
    return int(signing.loads(ticket, salt=TICKET_SALT))
