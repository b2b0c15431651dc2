"""Events: facts that a room announces, and the subscribers that act on them.

An event is a frozen dataclass of scalars (ids, codes, short texts), never of objects: whoever acts on it loads the
current state afresh. Publishing is ``shopflow.core.services.publish``; it writes the event in the caller's
transaction and delivers it after the commit, at least once, to every subscriber by itself.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label, Scalar


@dataclasses.dataclass(frozen=True, kw_only=True)
class Event:
    """Base of every event. Subclasses are frozen, keyword-only dataclasses whose fields are scalars.

    Field names are shared words across all events (``order_id``, ``basket_id``, ``email`` ...): conditions and
    actions name what they need by them. ``description`` is one sentence for people who look for it in the editor,
    ``also`` more words by which they may look. ``on_demand``: it is published only while somebody asks for it
    (``shopflow.core.services.is_heard``), because it would come often and mostly for nobody.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    description: ClassVar[Label] = ""
    also: ClassVar[Label] = ""
    on_demand: ClassVar[bool] = False

    @classmethod
    def silent_because(cls) -> Label:
        """Why it cannot come as the shop is set up now, as a sentence that says what to do; empty if it can."""
        return ""

    def payload(self) -> dict[str, Scalar]:
        """The fields as JSON-ready scalars; ``email`` in lower case, as events about a person are looked up."""
        known = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        email = known.get("email")
        return known | {"email": email.strip().lower()} if isinstance(email, str) else known

    @classmethod
    def provides(cls) -> frozenset[str]:
        """Names of the fields, so that a flow can be checked for what its steps need."""
        return frozenset(field.name for field in dataclasses.fields(cls))

    @classmethod
    def restore(cls, payload: Mapping[str, Any]) -> Event:
        """Build the event from a stored payload; keys that this version no longer knows are ignored."""
        known = cls.provides()
        return cls(**{key: value for key, value in payload.items() if key in known})


@dataclasses.dataclass(frozen=True, kw_only=True)
class PublishedEvent:
    """One delivered event: the event with the identity and time of its row."""

    id: int
    occurred_at: datetime
    event: Event


class EventSubscriber(ABC):
    """Something that acts on events after the transaction that caused them has committed.

    ``events`` holds the codes it wants; an empty set means all. ``handle`` runs in a transaction of its own, at
    least once for each event, so it must be idempotent. An exception keeps the delivery for a later attempt.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    events: ClassVar[frozenset[str]] = frozenset()

    def asks_for(self, code: str) -> bool:
        """Whether an event that is published on demand is to be published for it: one that ``events`` names.

        A subscriber whose wishes are data looks them up. Pages ask, so the answer must be at hand.
        """
        return code in self.events

    @abstractmethod
    def handle(self, published: PublishedEvent) -> None:
        """Act on one event; raise to have it delivered again later."""

    def note_dropped(self, event: Event) -> None:  # noqa: B027 - may be left out
        """Write down that ``event`` was never published, because events led to it more than eight times over.

        Called in the transaction of the change that it would have announced, for an event that ``handle`` would have
        had; raising undoes that change.
        """


events: Registry[Event] = Registry("event", Event, classes=True)
subscribers: Registry[EventSubscriber] = Registry("event subscriber", EventSubscriber)
