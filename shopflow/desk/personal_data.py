from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.personal_data import Erasure, Person, PersonalData, personal_data
from shopflow.contracts.types import JSONDict
from shopflow.desk.services import erase_person, export_person


@personal_data.register
class Tasks(PersonalData):
    code = "tasks"
    label = _("Tasks of our staff")
    position = 320

    def export(self, person: Person) -> JSONDict:
        return export_person(person.email)

    def erase(self, person: Person) -> Erasure:
        return Erasure(erased=erase_person(person.email))
