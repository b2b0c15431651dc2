"""What the storefront tells and forgets about a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.personal_data import Erasure, Person, PersonalData, personal_data
from shopflow.contracts.types import JSONDict
from shopflow.mailing.addresses import normalise_email
from shopflow.mailing.signs import signs_in
from shopflow.storefront.models import PriceWatch


@personal_data.register
class PriceWatches(PersonalData):
    """Products whose price somebody watches."""

    code = "price_watches"
    label = _("Watched prices")
    position = 410

    def export(self, person: Person) -> JSONDict:
        rows = _of(person).select_related("product").order_by("pk")
        found = [{"product": str(row.product), "email": row.email, "since": row.created_at.isoformat()} for row in rows]
        return {"price_watches": found} if found else {}

    def erase(self, person: Person) -> Erasure:
        return Erasure(erased=_of(person).delete()[0])

    def signs_of_life(self, people: Sequence[Person], *, since: datetime, now: datetime) -> Mapping[Person, datetime]:
        """Whoever waits for a price; requests end by themselves."""
        return signs_in(PriceWatch.objects.all(), people, at=now, email="email", user="user")


def _of(person: Person) -> QuerySet[PriceWatch]:
    return PriceWatch.objects.filter(
        Q(email=normalise_email(person.email)) | Q(user_id__isnull=False, user_id=person.user_id)
    )
