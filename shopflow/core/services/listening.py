from __future__ import annotations

from shopflow.contracts.events import Event, subscribers


def is_heard(*kinds: type[Event]) -> bool:
    """Whether some subscriber asks for one of these events, which are published on demand.

    Ask before anything is read or written for the event. Within a request it costs no query.
    """
    return any(subscriber.asks_for(kind.code) for kind in kinds for subscriber in subscribers)
