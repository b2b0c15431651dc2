"""What the legal room tells about a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.personal_data import Erasure, Person, PersonalData, personal_data
from shopflow.contracts.types import JSONDict
from shopflow.legal.models import WithdrawalDeclaration, WithdrawalHandling
from shopflow.mailing.addresses import named
from shopflow.mailing.signs import latest, signs_in


@personal_data.register
class Withdrawals(PersonalData):
    """Declarations of withdrawal prove a right that was used; they are append-only."""

    code = "withdrawals"
    label = _("Withdrawals")
    position = 520

    def export(self, person: Person) -> JSONDict:
        rows = WithdrawalDeclaration.objects.filter(named("email", person.email)).order_by("pk")
        return {
            "withdrawals": [
                {
                    "received_at": row.received_at.isoformat(),
                    "name": row.name,
                    "email": row.email,
                    "contract": row.contract,
                    "statement": row.statement,
                }
                for row in rows
            ]
        }

    def erase(self, person: Person) -> Erasure:
        kept = WithdrawalDeclaration.objects.filter(named("email", person.email)).count()
        return Erasure(erased=0, kept=kept, why_kept=_("They are business letters (§ 147 AO, § 257 HGB)."))

    def signs_of_life(self, people: Sequence[Person], *, since: datetime, now: datetime) -> Mapping[Person, datetime]:
        """What was declared, and what staff have not settled."""
        declared = WithdrawalDeclaration.objects.filter(received_at__gte=since)
        going = [WithdrawalHandling.State.OPEN, WithdrawalHandling.State.ACCEPTED]
        unsettled = WithdrawalDeclaration.objects.filter(Q(handling=None) | Q(handling__state__in=going))
        return latest(
            signs_in(declared, people, at="received_at", email="email"),
            signs_in(unsettled, people, at=now, email="email"),
        )
