from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from shopflow.core import clock
from shopflow.core.services import publish
from shopflow.delivery.events import DownloadLimitNear, FirstDownload
from shopflow.delivery.exceptions import DeliveryRefused
from shopflow.delivery.models import AccessGrant, DigitalFile, DownloadEvent, Lesson, LessonProgress

RESUME_FOR = timedelta(hours=2)
"""How long a started download may be resumed or repeated without counting again."""

FEW_LEFT = 2
"""So many downloads left, or fewer, are worth a word."""


def require_usable(grant: AccessGrant) -> None:
    """Raise DeliveryRefused with a sentence for the customer unless ``grant`` may be used now."""
    if grant.state == AccessGrant.State.LOCKED:
        raise DeliveryRefused(grant.get_locked_reason_display())
    if grant.state == AccessGrant.State.REVOKED:
        raise DeliveryRefused(_("This access has ended. If you think that is wrong, please write to us."))
    if grant.expires_at is not None and grant.expires_at <= clock.now():
        raise DeliveryRefused(_("The time of access that you bought is over."))


@transaction.atomic
def start_download(*, grant: AccessGrant, file: DigitalFile) -> DownloadEvent:
    """Count a download and return its ticket; a download of the same file that is still open is not counted again.

    Raises DeliveryRefused when the grant is not usable or its limit is reached. Two requests at once cannot both
    take the last download: the count goes up by a conditional UPDATE.
    """
    require_usable(grant)
    if file.good_id != grant.good_id:
        raise DeliveryRefused(_("This file does not belong to your purchase."))
    now = clock.now()
    running = grant.downloads.filter(file=file, valid_until__gt=now).order_by("-valid_until").first()
    if running is not None:
        return running
    left = Q(max_downloads=None) | Q(downloads_used__lt=F("max_downloads"))
    counted = AccessGrant.objects.filter(left, pk=grant.pk, state=AccessGrant.State.ACTIVE).update(
        downloads_used=F("downloads_used") + 1
    )
    if not counted:
        raise DeliveryRefused(
            _("You have used all downloads of this purchase. Write to us, and we will allow some more.")
        )
    touch(grant=grant)
    _warn_of_limit(grant)
    return DownloadEvent.objects.create(grant=grant, file=file, started_at=now, valid_until=now + RESUME_FOR)


def _warn_of_limit(grant: AccessGrant) -> None:
    """Announce, once for each limit, that few downloads are left. The row of the count is locked by now."""
    if grant.max_downloads is None:
        return
    allowed, used = AccessGrant.objects.values_list("max_downloads", "downloads_used").get(pk=grant.pk)
    left = None if allowed is None else allowed - used
    if left is None or left > FEW_LEFT:
        return
    event = DownloadLimitNear(
        order_id=grant.order_id, grant_id=grant.pk, email=grant.email, user_id=grant.user_id, downloads_left=left
    )
    publish(event, source_key=f"access:{grant.pk}:limit:{allowed}")


@transaction.atomic
def touch(*, grant: AccessGrant) -> None:
    """Note the first use and announce it: with it the performance of the contract has begun."""
    if AccessGrant.objects.filter(pk=grant.pk, first_used_at=None).update(first_used_at=clock.now()):
        publish(
            FirstDownload(order_id=grant.order_id, grant_id=grant.pk, email=grant.email, user_id=grant.user_id),
            source_key=f"access:{grant.pk}:used",
        )


@transaction.atomic
def mark_lesson(*, grant: AccessGrant, lesson: Lesson, is_done: bool) -> None:
    """Mark a lesson as done, or as not done. Raises DeliveryRefused when the grant is not usable."""
    require_usable(grant)
    if lesson.good_id != grant.good_id:
        raise DeliveryRefused(_("This lesson does not belong to your purchase."))
    if is_done:
        LessonProgress.objects.get_or_create(grant=grant, lesson=lesson, defaults={"done_at": clock.now()})
    else:
        LessonProgress.objects.filter(grant=grant, lesson=lesson).delete()
