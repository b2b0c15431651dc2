from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from shopflow.automations.models import Run
from shopflow.automations.services.people import erase_person, export_person
from shopflow.contracts.personal_data import Erasure, Person, PersonalData, personal_data
from shopflow.contracts.types import JSONDict
from shopflow.mailing.signs import signs_in


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

    def signs_of_life(self, people: Sequence[Person], *, since: datetime, now: datetime) -> Mapping[Person, datetime]:
        """Whoever is in an automation is waited for."""
        return signs_in(Run.objects.filter(state__in=Run.OPEN), people, at=now, email="email")
