"""What providers' reports mean, whatever order they come in: everything here is a function of the set of reports."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

RANK = {
    "queued": 1,
    "sent": 2,
    "deferred": 3,
    "delivered": 4,
    "failed": 5,
    "rejected": 6,
    "bounced": 7,
    "complained": 8,
}
"""A report only ever replaces one of a lower rank as the state of the delivery."""

TOLD = frozenset({*RANK, "unsubscribed"})
"""Reports that are kept. Opens and clicks are not: reading along needs consent (§ 25 TDDDG). Automatic replies say
nothing about the address."""

SOFT_BOUNCES = 3
SOFT_WINDOW = timedelta(days=14)
SOFT_BLOCK = timedelta(days=30)

_SOFT_WORDS = re.compile(r"soft|transient|temporary|timed_out", re.IGNORECASE)
_SOFT_CODE = re.compile(r"(?:^|\D)4\d\d[ -]|(?:^|\D)4\.\d{1,3}\.\d{1,3}(?:\D|$)")
_TELLING = ("event", "Type", "type", "bounceType", "severity", "bounce_type")
_GONE = frozenset({"bounced", "invalid"})

_SAID = ("event_type", "event_id", "message_id", "recipient", "reject_reason", "mta_response", "description")
_HALVES = re.compile(r"[\ud800-\udfff]")
"""Halves of characters, which no encoding can write."""
_YEARS = range(1990, 2200)


@dataclass(frozen=True, kw_only=True)
class Report:
    """One report: ``provider`` and ``event_id`` tell it from all others.

    ``message`` is our number that the mail carried as metadata, ``provider_number`` the provider's or the Message-ID,
    ``email`` the recipient. ``words`` is what the other mail server said.
    """

    provider: str
    event_id: str
    kind: str
    occurred_at: datetime
    message: int | None = None
    provider_number: str = ""
    email: str = ""
    is_soft: bool = False
    reject_reason: str = ""
    words: str = ""

    @property
    def is_gone(self) -> bool:
        """The address does not exist and never will."""
        return self.kind in ("bounced", "rejected") and not self.is_soft and self.reject_reason in _GONE

    @property
    def is_complaint(self) -> bool:
        return self.kind == "complained" or (self.kind == "rejected" and self.reject_reason == "spam")

    @property
    def is_refusal(self) -> bool:
        """The person does not want this mail, said by a button of the mail program or the provider's list."""
        return self.kind == "unsubscribed" or (self.kind == "rejected" and self.reject_reason == "unsubscribed")


def end_state(kinds: Iterable[str]) -> str:
    """The state of a delivery with reports of these ``kinds``; empty without any."""
    return max((kind for kind in kinds if kind in RANK), key=RANK.__getitem__, default="")


def soft_block_until(troubles: Iterable[datetime]) -> datetime | None:
    """Until when advertising rests after soft bounces at these moments, one per message.

    Three within fourteen days give thirty days of rest, counted from the last of them. None if it never came to that.
    """
    moments = sorted(troubles)
    ends = [
        last + SOFT_BLOCK
        for first, last in zip(moments, moments[SOFT_BOUNCES - 1 :], strict=False)
        if last - first <= SOFT_WINDOW
    ]
    return max(ends, default=None)


def bounce_is_soft(*, reject_reason: str, raw: object, words: str) -> bool:
    """Whether a bounce may pass. Anymail calls both kinds “bounced”; the provider's own words tell them apart."""
    if reject_reason not in _GONE:
        return True
    told = [raw.get(name) for name in _TELLING] if isinstance(raw, Mapping) else []
    if any(isinstance(word, str) and _SOFT_WORDS.search(word) for word in told):
        return True
    return bool(_SOFT_CODE.search(words))


def is_usable(event: Any) -> bool:
    """Whether an anymail event holds what its fields are for, in words and moments that a database can keep."""
    said = [getattr(event, name, None) for name in _SAID]
    if not all(isinstance(word, str | int | None) and _can_be_kept(str(word)) for word in said):
        return False
    if not isinstance(getattr(event, "metadata", None) or {}, Mapping):
        return False
    moment = event.timestamp
    return moment is None or (isinstance(moment, datetime) and moment.year in _YEARS)


def _can_be_kept(words: str) -> bool:
    return "\0" not in words and not _HALVES.search(words)


def report_of(event: Any, provider: str, *, received_at: datetime) -> Report | None:
    """The report in an anymail tracking event; None for events that are not kept."""
    kind = event.event_type or ""
    if kind not in TOLD:
        return None
    number = str((event.metadata or {}).get("message", ""))
    words = str(event.mta_response or event.description or "")
    reason = str(event.reject_reason or "")
    return Report(
        provider=provider[:32],
        event_id=_event_id(event),
        kind=kind,
        occurred_at=event.timestamp or received_at,
        message=int(number) if number.isascii() and number.isdigit() and len(number) < 18 else None,
        provider_number=str(event.message_id or "")[:200],
        email=str(event.recipient or ""),
        is_soft=kind == "deferred"
        or (kind == "bounced" and bounce_is_soft(reject_reason=reason, raw=event.esp_event, words=words)),
        reject_reason=reason[:32],
        words=words[:500],
    )


def _event_id(event: Any) -> str:
    """The provider's number of the event, or a fingerprint of what it says where the provider gives none."""
    given = str(event.event_id or "")
    if given and len(given) <= 200:
        return given
    said = (given, event.event_type, event.message_id, event.timestamp, event.recipient, event.metadata)
    return hashlib.sha256(repr(said).encode()).hexdigest()
