"""The proof of consent: checking that the ledger is whole, and putting it on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from shopflow.audience.models import ConsentEntry
from shopflow.audience.origins import origin_words
from shopflow.audience.purposes import purpose_words
from shopflow.audience.queries import ledger_of
from shopflow.audience.services.ledger import chain_of
from shopflow.contracts.types import JSONDict
from shopflow.core import clock
from shopflow.core.exceptions import BrokenChain
from shopflow.core.queries import seller
from shopflow.core.services import verify_chain
from shopflow.mailing.addresses import email_hash


@dataclass(frozen=True)
class ChainVerdict:
    """One chain of the ledger: how many entries were checked, and what is wrong with it, if anything."""

    chain: str
    entries: int
    problem: str = ""


def verify_ledger(*, email: str = "") -> Iterator[ChainVerdict]:
    """Check every chain of the ledger, or those of ``email``, one after the other; changes nothing."""
    entries = ConsentEntry.objects.order_by("chain")
    if email:
        entries = entries.filter(email_hash=email_hash(email))
    for chain in entries.values_list("chain", flat=True).distinct().iterator():
        try:
            yield ChainVerdict(chain, verify_chain(ConsentEntry, chain=chain))
        except BrokenChain as error:
            yield ChainVerdict(chain, 0, str(error))


def proof_of(email: str) -> JSONDict:
    """What the paper shows: each purpose's entries with all that was recorded, and whether the chain is whole."""
    chains: dict[str, list[ConsentEntry]] = {}
    for entry in ledger_of(email):
        chains.setdefault(entry.purpose, []).append(entry)
    return {
        "number": "",
        "email": email,
        "seller": seller(),
        "as_of": clock.now(),
        "purposes": [
            {"label": str(purpose_words(code)), "entries": [*map(_told, entries)], "problem": _problem(email, code)}
            for code, entries in chains.items()
        ],
    }


def _told(entry: ConsentEntry) -> JSONDict:
    """An entry as people read it. The text is the one that was agreed to, whatever it says today."""
    asked = entry.content.get("requested_at")
    return {
        "at": _stamp(entry.recorded_at),
        "action": entry.get_action_display(),
        "hash": entry.hash,
        "origin": origin_words(str(entry.content.get("source", ""))),
        "content": {**entry.content, "requested_at": _stamp(datetime.fromisoformat(asked)) if asked else ""},
    }


def _stamp(moment: datetime) -> str:
    """Date and time to the second, with how far the clocks were from universal time then."""
    local = timezone.localtime(moment)
    return f"{local:%d.%m.%Y, %H:%M:%S} Uhr (UTC{local:%z})"


def _problem(email: str, purpose: str) -> str:
    try:
        verify_chain(ConsentEntry, chain=chain_of(email, purpose))
    except BrokenChain as error:
        return str(error)
    return ""
