"""What other systems announce."""

from __future__ import annotations

import hashlib

from django.contrib.auth import get_user_model
from django.db import transaction

from shopflow.automations.events import ExternalEvent
from shopflow.automations.exceptions import KeyReused
from shopflow.core.models import OutboxEvent
from shopflow.core.services import publish


@transaction.atomic
def take_call(*, key: str, name: str, email: str, reference: str = "") -> bool:
    """Publish ``external`` about the person with the normalised address ``email``; False if ``key`` was used for it.

    Raises :class:`KeyReused` if ``key`` was used for something else. Kept of the key is only its fingerprint.
    """
    people = get_user_model()._default_manager.filter(email__iexact=email)
    event = ExternalEvent(
        name=name, email=email, reference=reference, user_id=people.values_list("pk", flat=True).first()
    )
    source_key = f"external:{hashlib.sha256(key.encode()).hexdigest()}"
    if publish(event, source_key=source_key) is not None:
        return True
    before = OutboxEvent.objects.get(source_key=source_key).payload
    is_same = (before["name"], before["reference"]) == (name, reference)
    if not is_same or before["email"] not in ("", email):  # empty: the person was erased since
        raise KeyReused(key)
    return False
