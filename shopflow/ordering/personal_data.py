"""What order taking tells and forgets about a person: baskets, and attempts that became no order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shopflow.contracts.personal_data import Erasure, ErasureRefused, Person, PersonalData, personal_data
from shopflow.contracts.types import JSONDict
from shopflow.mailing.addresses import named
from shopflow.mailing.signs import latest, signs_in
from shopflow.ordering.models import BasketActivity, OrderAttempt


@personal_data.register
class Baskets(PersonalData):
    """Baskets of an account go; an attempt with money behind it stays until the money is back."""

    code = "baskets"
    label = _("Baskets")
    position = 600

    def export(self, person: Person) -> JSONDict:
        return {
            "baskets": [
                {
                    "status": basket.status,
                    "since": basket.date_created.isoformat(),
                    "lines": [f"{line.quantity} × {line.product}" for line in basket.lines.all()],
                }
                for basket in (_baskets(person) | _left_by(person)).prefetch_related("lines__product").order_by("pk")
            ],
            "attempts": [
                {
                    "number": attempt.order_number,
                    "state": attempt.state,
                    "at": attempt.created_at.isoformat(),
                    "submission": attempt.submission,
                }
                for attempt in _attempts(person).order_by("pk")
            ],
        }

    def erase(self, person: Person) -> Erasure:
        """Raises ErasureRefused while a payment is under way or money has to go back."""
        attempts = _attempts(person)
        if attempts.filter(state__in=[*OrderAttempt.LIVE, OrderAttempt.State.REFUND_DUE]).exists():
            raise ErasureRefused(_("A payment is under way, or has to be given back. Try again when it is settled."))
        emptied = attempts.exclude(submission={}).update(email="", user=None, submission={})
        BasketActivity.objects.filter(named("email", person.email) | Q(basket__in=_baskets(person))).update(email="")
        baskets = _baskets(person)
        needed = baskets.filter(order_attempts__isnull=False).values("pk")
        _count, deleted = baskets.exclude(pk__in=needed).delete()
        _baskets(person).update(owner=None)
        return Erasure(erased=emptied + deleted.get("basket.Basket", 0))

    def signs_of_life(self, people: Sequence[Person], *, since: datetime, now: datetime) -> Mapping[Person, datetime]:
        """Baskets that were touched, attempts to order, and money that is on its way."""
        attempts = OrderAttempt.objects.filter(created_at__gte=since)
        owing = OrderAttempt.objects.filter(state__in=[*OrderAttempt.LIVE, OrderAttempt.State.REFUND_DUE])
        touched = BasketActivity.objects.filter(touched_at__gte=since)
        return latest(
            signs_in(attempts, people, at="created_at", email="email", user="user"),
            signs_in(touched, people, at="touched_at", email="email", user="basket__owner"),
            signs_in(owing, people, at=now, email="email", user="user"),
        )


def _attempts(person: Person) -> QuerySet[OrderAttempt]:
    """Those that became no order; the others belong to their order."""
    mine = named("email", person.email) | Q(user_id__isnull=False, user_id=person.user_id)
    return OrderAttempt.objects.filter(mine, order=None)


def _baskets(person: Person) -> QuerySet[Any]:
    found: QuerySet[Any] = get_model("basket", "Basket").objects.filter(owner_id__isnull=False, owner_id=person.user_id)
    return found


def _left_by(person: Person) -> QuerySet[Any]:
    """Baskets of a guest who has entered the address in the checkout."""
    found: QuerySet[Any] = get_model("basket", "Basket").objects.filter(
        pk__in=BasketActivity.objects.filter(named("email", person.email)).values("basket")
    )
    return found
