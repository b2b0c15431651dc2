"""Telling automations which products people look at: only those who are signed in and have agreed to it, only while an
automation asks, without a cookie, and not for long (§ 25 TDDDG, Art. 5 (1) c, e GDPR).
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from shopflow.audience.queries import agreed_version
from shopflow.core import clock
from shopflow.core.services import delete_events, forget_events, is_heard, publish
from shopflow.mailing.addresses import normalise_email
from shopflow.storefront.events import ProductViewed

logger = logging.getLogger("shopflow.storefront")

PURPOSE = "tracking"
SINCE_VERSION = 2
"""The first text of the purpose that speaks of products looked at."""

KEPT = timedelta(days=30)


def note_view(*, user: Any, product: Any) -> bool:
    """Publish that ``user`` looks at ``product``; False if nobody asks, the person is unknown or has not agreed, or it
    was published today.
    """
    if not is_heard(ProductViewed) or not user.is_authenticated or user.is_staff or not _agrees(user.email):
        return False
    event = ProductViewed(
        product_id=product.pk,
        product_title=str(product.get_title())[:120],
        email=normalise_email(user.email),
        user_id=user.pk,
    )
    try:
        with transaction.atomic():
            return publish(event, source_key=_key(user.pk, product.pk)) is not None
    except DatabaseError:  # the page is worth more than the note
        logger.exception("A view of product %s could not be noted", product.pk)
        return False


def _agrees(email: str) -> bool:
    version = agreed_version(email=email, purpose=PURPOSE) if email else ""
    return version.isdecimal() and int(version) >= SINCE_VERSION


def _key(user_id: int, product_id: int) -> str:
    """Names nobody, because it outlives an erasure."""
    day = timezone.localdate(clock.now()).isoformat()
    return "view:" + salted_hmac("shopflow.storefront.view", f"{user_id}:{product_id}:{day}").hexdigest()


def forget_views_of(*, email: str) -> int:
    """Take a person who has withdrawn out of what was published; returns of how many views."""
    with transaction.atomic():
        return forget_events(code=ProductViewed.code, field="email", values=[normalise_email(email)])


def forget_old_views() -> int:
    """Delete views that are older than :data:`KEPT`; returns how many."""
    return delete_events(code=ProductViewed.code, before=clock.now() - KEPT)
