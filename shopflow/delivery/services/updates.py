"""New editions for those who have bought the good: the shop owes updates and must tell of them (§ 327f BGB)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Q

from shopflow.core import clock
from shopflow.core.services import publish
from shopflow.delivery.events import FileUpdateAvailable
from shopflow.delivery.models import AccessGrant, DigitalFile

FREE_DOWNLOADS = 3
"""So many downloads are left to everybody for a new edition, whatever they have used before."""


@transaction.atomic
def announce_edition(*, file_id: int) -> int:
    """Publish ``file_update_available`` for every buyer whose access is open; returns how many there are.

    Nothing for an edition that another one has replaced meanwhile. Safe to repeat.
    """
    file = DigitalFile.objects.filter(pk=file_id, is_current=True).first()
    if file is None:
        return 0
    usable = Q(expires_at=None) | Q(expires_at__gt=clock.now())
    grants = AccessGrant.objects.filter(usable, good_id=file.good_id, state=AccessGrant.State.ACTIVE)
    short = grants.filter(max_downloads__lt=F("downloads_used") + FREE_DOWNLOADS)
    short.update(max_downloads=F("downloads_used") + FREE_DOWNLOADS)
    return sum(_announce(grant, file) for grant in grants.select_related("order").order_by("pk").iterator())


def _announce(grant: AccessGrant, file: DigitalFile) -> bool:
    event = FileUpdateAvailable(
        good_id=file.good_id,
        file_id=file.pk,
        grant_id=grant.pk,
        order_id=grant.order_id,
        order_number=grant.order.number,
        email=grant.email.strip().lower(),
        user_id=grant.user_id,
    )
    return publish(event, source_key=f"grant:{grant.pk}:file:{file.pk}") is not None
