"""What the log of events tells about a person. It belongs to the core, which knows no spellings of addresses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import events
from shopflow.contracts.personal_data import Erasure, Person, PersonalData, personal_data
from shopflow.contracts.types import JSONDict
from shopflow.core.services import events_about, forget_in_logs
from shopflow.mailing.addresses import spellings


@personal_data.register
class EventLog(PersonalData):
    """What has happened stays, about nobody. After the other rooms: forgetting brings events, too."""

    code = "events"
    label = _("What has happened")
    position = 890

    def export(self, person: Person) -> JSONDict:
        rows = events_about(emails=spellings(person.email), user_id=person.user_id).order_by("pk")
        told = [
            {"event": _label(row.code), "at": row.occurred_at.isoformat(), "facts": row.payload}
            for row in rows.iterator(chunk_size=500)
        ]
        return {"events": told} if told else {}

    def erase(self, person: Person) -> Erasure:
        return Erasure(erased=forget_in_logs(emails=spellings(person.email), user_id=person.user_id))


def _label(code: str) -> str:
    """The event's name; its code if the plugin that brought it is gone."""
    return str(events.get(code).label) if code in events else code
