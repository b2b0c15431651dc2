from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.personal_data import Erasure, Person, PersonalData, personal_data
from shopflow.contracts.types import JSONDict
from shopflow.desk.models import StaffTask
from shopflow.desk.services import erase_person, export_person
from shopflow.mailing.signs import signs_in


@personal_data.register
class Tasks(PersonalData):
    code = "tasks"
    label = _("Tasks of our staff")
    position = 320

    def export(self, person: Person) -> JSONDict:
        return export_person(person.email)

    def erase(self, person: Person) -> Erasure:
        return Erasure(erased=erase_person(person.email))

    def signs_of_life(self, people: Sequence[Person], *, since: datetime, now: datetime) -> Mapping[Person, datetime]:
        """Whom staff have still to look after."""
        return signs_in(StaffTask.objects.filter(state=StaffTask.State.OPEN), people, at=now, email="email")
