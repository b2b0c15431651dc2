"""What the delivery room tells about a person."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.personal_data import Erasure, Person, PersonalData, personal_data
from shopflow.contracts.types import JSONDict
from shopflow.delivery.models import AccessGrant
from shopflow.mailing.addresses import named


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
