"""What the delivery room tells about a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.personal_data import Erasure, Person, PersonalData, personal_data
from shopflow.contracts.types import JSONDict
from shopflow.delivery.models import AccessGrant, DownloadEvent, LessonProgress
from shopflow.mailing.addresses import named
from shopflow.mailing.signs import latest, signs_in


@personal_data.register
class DigitalGoods(PersonalData):
    """Accesses belong to the contract and prove that it was fulfilled; they stay as long as the order."""

    code = "digital_goods"
    label = _("Digital goods")
    position = 510

    def export(self, person: Person) -> JSONDict:
        grants = (
            _grants(person)
            .select_related("good__product", "order")
            .prefetch_related("downloads__file", "licence_keys", "progress__lesson")
            .order_by("pk")
        )
        return {"accesses": [_access(grant) for grant in grants]}

    def erase(self, person: Person) -> Erasure:
        kept = _grants(person).count()
        return Erasure(erased=0, kept=kept, why_kept=_("They prove that the contract was fulfilled."))

    def signs_of_life(self, people: Sequence[Person], *, since: datetime, now: datetime) -> Mapping[Person, datetime]:
        """Access that can still be used, or that is paid and yet to be unlocked; downloads and lessons."""
        unlimited = Q(max_downloads=None) | Q(downloads_used__lt=F("max_downloads"))
        usable = unlimited & (Q(expires_at=None) | Q(expires_at__gt=now)) & Q(state=AccessGrant.State.ACTIVE)
        promised = Q(state=AccessGrant.State.LOCKED, paid_at__isnull=False)
        whose = {"email": "grant__email", "user": "grant__user"}
        return latest(
            signs_in(DownloadEvent.objects.filter(started_at__gte=since), people, at="started_at", **whose),
            signs_in(LessonProgress.objects.filter(done_at__gte=since), people, at="done_at", **whose),
            signs_in(AccessGrant.objects.filter(usable | promised), people, at=now, email="email", user="user"),
        )


def _grants(person: Person) -> QuerySet[AccessGrant]:
    mine = named("email", person.email) | Q(user_id__isnull=False, user_id=person.user_id)
    return AccessGrant.objects.filter(mine)


def _access(grant: AccessGrant) -> JSONDict:
    return {
        "order": grant.order.number,
        "good": str(grant.good),
        "state": grant.state,
        "unlocked_at": grant.granted_at.isoformat() if grant.granted_at else None,
        "licence_keys": [key.key for key in grant.licence_keys.all()],
        "downloads": [
            {"file": event.file.filename, "at": event.started_at.isoformat()} for event in grant.downloads.all()
        ],
        "lessons_done": [step.lesson.title for step in grant.progress.all()],
    }
