"""Who a contact is, who looks after it, and where it stands."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from shopflow.audience.events import StageChanged, TimeZoneChanged
from shopflow.audience.models import Contact, Stage
from shopflow.core.services import audit, publish

EDITABLE = ("name", "company", "kind", "language", "time_zone", "owner")


def move_contact(*, contact: Contact, stage: Stage | None, actor: Any = None) -> bool:
    """Put ``contact`` on ``stage`` of the pipeline, or take it off; False if it was there."""
    with transaction.atomic():
        locked = Contact.objects.select_for_update().select_related(None).get(pk=contact.pk)
        old = locked.stage
        if old == stage:
            return False
        Contact.objects.filter(pk=contact.pk).update(stage=stage)
        contact.stage = stage
        publish(
            StageChanged.of(
                contact,
                old_stage=old.code if old else "",
                new_stage=stage.code if stage else "",
            )
        )
        if actor is not None:
            audit(actor=actor, action="contact.stage", target=contact, summary=f"{old or '–'} → {stage or '–'}")
    return True


def change_contact(*, contact: Contact, actor: Any, **values: Any) -> list[str]:
    """Write what staff have entered (:data:`EDITABLE`) and return the names of what changed.

    Another time zone is announced, so that what waits for this person goes by the new clocks.
    """
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise TypeError(f"change_contact() does not change {', '.join(sorted(unknown))}.")
    changed = [name for name, value in values.items() if getattr(contact, name) != value]
    if changed:
        with transaction.atomic():
            Contact.objects.filter(pk=contact.pk).update(**{name: values[name] for name in changed})
            audit(actor=actor, action="contact.change", target=contact, summary=", ".join(changed))
            if "time_zone" in changed:
                publish(TimeZoneChanged.of(contact, time_zone=values["time_zone"]))
        for name in changed:
            setattr(contact, name, values[name])
    return changed
