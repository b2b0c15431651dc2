from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.automations.services.people import erase_person, export_person
from shopflow.contracts.personal_data import Erasure, Person, PersonalData, personal_data
from shopflow.contracts.types import JSONDict


@personal_data.register
class Automations(PersonalData):
    """Which automations somebody went through, and what was decided on the way."""

    code = "automations"
    label = _("Automations")
    position = 100

    def export(self, person: Person) -> JSONDict:
        return export_person(person.email)

    def erase(self, person: Person) -> Erasure:
        done = erase_person(person.email)
        return Erasure(erased=done["runs"] + done["decisions"])
