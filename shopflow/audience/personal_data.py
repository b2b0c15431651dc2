"""What the audience room tells and forgets about a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.audience.services import erase_person, export_person
from shopflow.contracts.personal_data import Erasure, Person, PersonalData, personal_data
from shopflow.contracts.types import JSONDict


@personal_data.register
class Consents(PersonalData):
    code = "consents"
    label = _("Consents")
    position = 200

    def export(self, person: Person) -> JSONDict:
        return export_person(person.email)

    def erase(self, person: Person) -> Erasure:
        done = erase_person(person.email)
        why = _("The proof of consent is kept without the address until claims have lapsed (Art. 7 (1) GDPR).")
        return Erasure(erased=done["erased"], kept=done["kept"], why_kept=why)
