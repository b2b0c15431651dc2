"""What the mail room tells and forgets about a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.personal_data import Erasure, Person, PersonalData, personal_data
from shopflow.contracts.types import JSONDict
from shopflow.mailing.services import erase_person, export_person


@personal_data.register
class Mails(PersonalData):
    code = "mails"
    label = _("E-mails")
    position = 300

    def export(self, person: Person) -> JSONDict:
        return export_person(person.email)

    def erase(self, person: Person) -> Erasure:
        done = erase_person(person.email)
        why = _("Business letters are kept for six years (§ 147 AO, § 257 HGB).")
        return Erasure(erased=done["erased"], kept=done["kept"], why_kept=why)
