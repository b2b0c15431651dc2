"""Writing the ledger and what follows from it, together."""

from __future__ import annotations

from typing import Any

from shopflow.audience.events import ConsentChanged
from shopflow.audience.models import Consent, ConsentEntry
from shopflow.audience.purposes import purposes
from shopflow.core import clock
from shopflow.core.services import append_record, publish
from shopflow.mailing.addresses import email_hash, normalise_email

Action = ConsentEntry.Action

_STATE = {
    Action.CONFIRM: Consent.State.GRANTED,
    Action.GRANT: Consent.State.GRANTED,
    Action.WITHDRAW: Consent.State.WITHDRAWN,
    Action.OBJECT: Consent.State.WITHDRAWN,
}


def chain_of(email: str, purpose: str) -> str:
    """The name of the chain for an address and a purpose."""
    return f"{email_hash(email)[:40]}:{purpose}"


def write(*, email: str, purpose: str, action: Action, source: str, language: str = "", **facts: Any) -> ConsentEntry:
    """Append an entry, set the current state and, unless it is a mere request, announce the change.

    Anybody can enter anybody's address, so a request changes nothing that holds: neither an agreement nor a refusal.
    The text is recorded with every entry that agrees to it: the one of now, unless ``facts`` bring the one that was
    shown. ``facts`` that are empty are left out. Must run in the caller's transaction.
    """
    email = normalise_email(email)
    content: dict[str, Any] = {"action": action.value, "purpose": purpose, "source": source}
    if action not in (Action.WITHDRAW, Action.OBJECT):
        asked = purposes.get(purpose)
        content |= {"text": asked.text(language), "text_version": asked.version, "language": language}
    content |= facts
    entry = append_record(
        ConsentEntry,
        chain=chain_of(email, purpose),
        content={name: value for name, value in content.items() if value},
        email_hash=email_hash(email),
        purpose=purpose,
        action=action.value,
    )
    if action == Action.REQUEST:
        asked_for = {"state": Consent.State.PENDING, "since": clock.now()}
        Consent.objects.get_or_create(email=email, purpose=purpose, defaults=asked_for)
        return entry
    Consent.objects.update_or_create(
        email=email, purpose=purpose, defaults={"state": _STATE[action], "since": clock.now()}
    )
    publish(ConsentChanged(email=email, purpose=purpose, action=action.value))
    return entry
