from __future__ import annotations

import tempfile
from typing import Any

from django.db import transaction

from dealer_import.exports.merchant import MerchantFeed
from dealer_import.files import forget_file, keep_stream
from dealer_import.models import FeedSettings
from dealer_import.models.exports import new_token
from shopflow.core import clock
from shopflow.core.jobs import enqueue
from shopflow.core.services import audit

TASK = "dealer_import.build_feed"


def save_feed_settings(*, access: str, without_pictures: bool, new_address: bool, actor: Any) -> FeedSettings:
    """Say who may fetch the feed and what is in it; ``new_address`` makes the former secret address worthless."""
    with transaction.atomic():
        row, _created = FeedSettings.objects.get_or_create(pk=1)
        values: dict[str, Any] = {"access": access, "without_pictures": without_pictures}
        if new_address:
            values["token"] = new_token()
        FeedSettings.objects.filter(pk=1).update(**values)
        row.refresh_from_db()
        audit(actor=actor, action="product_feed_changed", target=row, summary=str(row))
        if access != FeedSettings.Access.OFF:
            enqueue(TASK)
    return row


def build_feed() -> int:
    """Make the feed anew and put it in the place of the last one; returns how many parts it holds.

    Does nothing while no feed is offered. Readers of the former file finish reading it.
    """
    settings = FeedSettings.objects.filter(pk=1).exclude(access=FeedSettings.Access.OFF).first()
    if settings is None:
        return 0
    feed = MerchantFeed(without_pictures=settings.without_pictures)
    with tempfile.TemporaryFile(prefix="feed-") as target:
        for piece in feed.pieces():
            target.write(piece)
        target.seek(0)
        stored = keep_stream(target, name="produkte.xml")
    former = settings.stored_file
    FeedSettings.objects.filter(pk=1).update(
        stored_file=stored, items=feed.items, left_out=dict(feed.left_out), built_at=clock.now()
    )
    forget_file(former)
    return feed.items
