"""What the legal room tells about a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.personal_data import Erasure, Person, PersonalData, personal_data
from shopflow.contracts.types import JSONDict
from shopflow.legal.models import WithdrawalDeclaration
from shopflow.mailing.addresses import named


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
