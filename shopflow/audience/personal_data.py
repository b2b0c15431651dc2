"""What the audience room tells and forgets about a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from shopflow.audience.services import erase_person, export_person
from shopflow.audience.signs import signs_of_life
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

    def signs_of_life(self, people: Sequence[Person], *, since: datetime, now: datetime) -> Mapping[Person, datetime]:
        return signs_of_life(people, since=since, now=now)
