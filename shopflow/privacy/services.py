"""Telling people what the shop knows about them, and forgetting them (Art. 15, 17 and 20 GDPR)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from shopflow.contracts.personal_data import Erasure, ErasureRefused, Person, PersonalData, personal_data
from shopflow.contracts.types import JSONDict, Label
from shopflow.core import clock
from shopflow.core.queries import seller
from shopflow.mailing.addresses import email_hash, named, normalise_email
from shopflow.privacy.models import AnsweredRequest


@dataclass(frozen=True, kw_only=True)
class Erased:
    """One room's part of an erasure, with the room's name."""

    label: Label
    erasure: Erasure


class NoAddress(ErasureRefused):
    """There is no address to find a person by; rows whose address is empty are about others, or about nobody."""


def person_of(email: str) -> Person:
    """The person behind ``email``, with the account if there is one. Raises :class:`NoAddress` without an address."""
    email = normalise_email(email)
    if not email:
        raise NoAddress(_("The account has no e-mail address. Please enter one first."))
    found = get_user_model().objects.filter(named("email", email)).order_by("pk").values_list("pk", flat=True).first()
    return Person(email=email, user_id=found)


def export_person(*, email: str, actor: Any = None, note: str = "") -> JSONDict:
    """Everything that the shop holds about ``email``, as JSON, and the proof that it was handed out.

    ``actor`` is the staff member who answers; None when the customer asks in the account. Rooms that hold nothing
    are left out.
    """
    person = person_of(email)
    held = {room.code: data for room in _rooms() if _size(data := room.export(person))}
    with transaction.atomic():
        _record(AnsweredRequest.Kind.COPY, person, actor, note, {code: _size(data) for code, data in held.items()})
    return {
        "shop": seller().name or settings.OSCAR_SHOP_NAME,
        "person": person.email,
        "as_of": clock.now().isoformat(),
        "rooms": held,
    }


def erase_person(*, email: str, actor: Any = None, note: str = "") -> list[Erased]:
    """Forget ``email`` in all rooms at once, or in none; returns what each room erased and kept.

    Raises :class:`ErasureRefused` with a sentence that says what to do first: for staff accounts, and when a room
    cannot let the person go yet.
    """
    person = person_of(email)
    with transaction.atomic():
        if _is_staff(person):
            raise ErasureRefused(_("This is a staff account. Take its staff rights away first."))
        done = [Erased(label=room.label, erasure=room.erase(person)) for room in _rooms()]
        numbers = {
            room.code: [part.erasure.erased, part.erasure.kept] for room, part in zip(_rooms(), done, strict=True)
        }
        _record(AnsweredRequest.Kind.ERASURE, person, actor, note, numbers)
    return done


def summary_of(email: str) -> list[tuple[Label, int]]:
    """How many records each room holds about ``email``; rooms without any are left out."""
    person = person_of(email)
    sizes = [(room.label, _size(room.export(person))) for room in _rooms()]
    return [(label, size) for label, size in sizes if size]


def _rooms() -> list[PersonalData]:
    return sorted(personal_data, key=lambda room: (room.position, room.code))


def _is_staff(person: Person) -> bool:
    return bool(get_user_model().objects.filter(pk=person.user_id, is_staff=True).exists())


def _size(data: JSONDict) -> int:
    return sum(len(part) if isinstance(part, list) else bool(part) for part in data.values())


def _record(kind: str, person: Person, actor: Any, note: str, result: JSONDict) -> None:
    AnsweredRequest.objects.create(
        kind=kind,
        email_hash=email_hash(person.email),
        answered_by=actor,
        note=note,
        result=result,
        at=clock.now(),
    )
