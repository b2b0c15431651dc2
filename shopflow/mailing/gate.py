"""What is asked just before a message goes out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from shopflow.contracts.mail import BasisVerdict, Departure, MailClass, legal_bases, sending_gates
from shopflow.core import clock
from shopflow.mailing.addresses import email_hash
from shopflow.mailing.models import Message, Suppression
from shopflow.mailing.queries import suppressions_of


@dataclass(frozen=True)
class Refusal:
    """Why a message is not sent: a stable code and a sentence for staff; ``until`` if it only has to wait."""

    code: str
    reason: str
    until: datetime | None = None


def refusals(messages: Sequence[Message]) -> dict[int, Refusal]:
    """The first reason not to send each of ``messages`` now, by its key; those that may go are not in it.

    Mail that the law demands is always tried. What can be asked for many at once is asked once. Raises UnknownCode if a
    basis's plugin is gone.
    """
    asked = [message for message in messages if message.mail_class != MailClass.LEGAL]
    refused: dict[int, Refusal] = {}
    for question in (_stale, _barred, _without_basis, _held_back):
        refused |= question(asked)
        asked = [message for message in asked if message.pk not in refused]
    return refused


def _stale(messages: Sequence[Message]) -> dict[int, Refusal]:
    if all(message.not_after is None for message in messages):
        return {}
    now, reason = clock.now(), _("It could not be sent in time and has become pointless.")
    late = [message.pk for message in messages if message.not_after is not None and message.not_after < now]
    return {key: Refusal("stale", reason) for key in late}


def _barred(messages: Sequence[Message]) -> dict[int, Refusal]:
    if not messages:
        return {}
    theirs = {message.pk: _fingerprints(message) for message in messages}
    blocks = _by_fingerprint(set().union(*theirs.values()))
    refused = {}
    for message in messages if blocks else ():
        mine = [block for fingerprint in theirs[message.pk] for block in blocks.get(fingerprint, ())]
        refusal = _blocking(mine, MailClass(message.mail_class), message.purpose)
        if refusal is not None:
            refused[message.pk] = refusal
    return refused


def _by_fingerprint(fingerprints: Collection[str]) -> dict[str, list[Suppression]]:
    blocks: dict[str, list[Suppression]] = {}
    for block in suppressions_of(fingerprints):
        blocks.setdefault(block.email_hash, []).append(block)
    return blocks


def blocks_of(emails: Collection[str]) -> dict[str, list[Suppression]]:
    """What blocks mail to each of ``emails``, in one query; an empty list for an address that nothing blocks."""
    theirs = {email: email_hash(email) for email in emails}
    blocks = _by_fingerprint(theirs.values())
    return {email: blocks.get(fingerprint, []) for email, fingerprint in theirs.items()}


def _fingerprints(message: Message) -> set[str]:
    """Of the person, and of the address that a message in another channel goes to."""
    return {message.email_hash, email_hash(message.address)} if message.address else {message.email_hash}


def _without_basis(messages: Sequence[Message]) -> dict[int, Refusal]:
    together: dict[tuple[str, str], list[Message]] = {}
    for message in messages:
        if message.is_advertising:
            together.setdefault((message.basis, message.purpose), []).append(message)
    refused = {}
    for (basis, purpose), members in together.items():
        verdicts = legal_bases.get(basis).holds_for(emails=[m.to_email for m in members], purpose=purpose)
        for message in members:
            verdict = verdicts[message.to_email]
            if not verdict.holds:
                refused[message.pk] = _baseless(verdict)
    return refused


def _held_back(messages: Sequence[Message]) -> dict[int, Refusal]:
    """What the other rooms' gates say, in the order of their codes."""
    refused: dict[int, Refusal] = {}
    waiting = [
        (
            message.pk,
            Departure(
                dedupe_key=message.dedupe_key,
                email=message.to_email,
                mail_class=MailClass(message.mail_class),
                purpose=message.purpose,
                queued_at=message.created_at,
                text_hash=message.text_hash,
            ),
        )
        for message in messages
    ]
    for gate in sending_gates:
        answers = gate.judge_all([departure for _key, departure in waiting]) if waiting else ()
        for (key, _departure), held in zip(waiting, answers, strict=True):
            if held is not None:
                refused[key] = Refusal(held.code[:32], str(held.reason), held.until)
        waiting = [(key, departure) for key, departure in waiting if key not in refused]
    return refused


def barred(blocks: Iterable[Suppression], *, mail_class: MailClass, purpose: str = "") -> Refusal | None:
    """Whether ``blocks`` stand against messages of this class and purpose; never against what the law demands."""
    return None if mail_class is MailClass.LEGAL else _blocking(blocks, mail_class, purpose)


def _blocking(blocks: Iterable[Suppression], mail_class: MailClass, purpose: str) -> Refusal | None:
    scopes = {Suppression.ALL}
    if mail_class is MailClass.ADVERTISING:
        scopes |= {Suppression.ADVERTISING, purpose}
    for block in blocks:
        if block.scope in scopes:
            return Refusal("suppressed", str(block.get_reason_display()))
    return None


def without_basis(verdict: BasisVerdict) -> Refusal | None:
    """What it means for advertising if its legal basis says ``verdict`` (§ 7 UWG)."""
    return None if verdict.holds else _baseless(verdict)


def _baseless(verdict: BasisVerdict) -> Refusal:
    return Refusal("no_basis", str(verdict.reason) or _("There is no legal basis for this mail."))
