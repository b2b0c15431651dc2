"""What has become of the baskets and orders of runs, read for many runs at once.

Each function looks no further than its question needs: where nobody is left to ask about, no statement is made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.functions import Upper
from oscar.core.loading import get_model

from shopflow.contracts.automations import RunContext
from shopflow.contracts.types import Scalar
from shopflow.core.models import OutboxEvent
from shopflow.core.rows import OneOf
from shopflow.mailing.addresses import named, spellings

ENDED = ("returned", "cancelled")
RETURN_EVENTS = ("return_", "withdrawal_")
"""Beginnings of the codes of events that announce that an order's goods come back."""


def _orders() -> Any:
    return get_model("order", "Order")._default_manager


def ordered_baskets(keys: Iterable[int]) -> set[int]:
    """Those of the baskets from which an order has come that was not cancelled."""
    found = _orders().exclude(status="cancelled").filter(OneOf("basket_id", set(keys)))
    return set(found.order_by().values_list("basket_id", flat=True))


def statuses_of(keys: Iterable[int]) -> dict[int, str]:
    """The orders' statuses; there is nothing about orders that do not exist."""
    return dict(_orders().filter(OneOf("pk", set(keys))).order_by().values_list("pk", "status"))


def partly_ended(keys: Collection[int]) -> set[int]:
    """Those of the orders of which a line was returned or cancelled."""
    lines = get_model("order", "Line")._default_manager.filter(OneOf("order_id", keys), status__in=ENDED)
    return set(lines.order_by().values_list("order_id", flat=True).distinct())


def returns_announced(keys: Collection[int]) -> set[int]:
    """Those of the orders that an event of a return or a withdrawal names."""
    announced = Q()
    for beginning in RETURN_EVENTS:
        announced |= Q(code__startswith=beginning)
    events = OutboxEvent.objects.filter(announced, payload__order_id__in=list(keys))
    return set(events.order_by().values_list("payload__order_id", flat=True))


@dataclass(frozen=True)
class Move:
    """A change of an order's status."""

    at: datetime
    status: str


def moves_of(keys: Collection[Scalar], *, since: datetime, statuses: Collection[str]) -> dict[int, list[Move]]:
    """By order its changes into one of ``statuses`` since then, oldest first, as they stand in the outbox."""
    rows = OutboxEvent.objects.filter(
        code="order_status_changed", occurred_at__gte=since, payload__order_id__in=list(keys)
    ).order_by("occurred_at", "pk")
    found: dict[int, list[Move]] = defaultdict(list)
    for moment, payload in rows.values_list("occurred_at", "payload"):
        if payload["new_status"] in statuses:
            found[payload["order_id"]].append(Move(moment, payload["new_status"]))
    return found


def own_move(moves: Sequence[Move], *, status: str, at: datetime) -> int | None:
    """Which of ``moves`` is the one into ``status`` at that moment; None if it is not among them."""
    found = [number for number, move in enumerate(moves) if move == Move(at, status)]
    return found[-1] if found else None


def untold(moves: Sequence[Move], number: int, *, within: timedelta) -> list[str]:
    """Statuses that the mail of move ``number`` tells along: those whose own mails waited and were overtaken.

    A mail waits if its move came less than ``within`` after another, and is overtaken by a move within that time.
    """
    found: list[str] = []
    while number >= 2 and all(moves[one].at - moves[one - 1].at < within for one in (number, number - 1)):
        number -= 1
        found.insert(0, moves[number].status)
    return found


def reviewable_products(keys: Iterable[int]) -> dict[int, list[Any]]:
    """By order its products that are still shown in the shop, each once; of a variant its parent."""
    lines = get_model("order", "Line")._default_manager.filter(OneOf("order_id", set(keys)))
    found: dict[int, dict[int, Any]] = defaultdict(dict)
    for line in lines.select_related("product__parent").order_by("pk"):
        product = line.product and (line.product.parent or line.product)
        if product is not None and product.is_public:
            found[line.order_id].setdefault(product.pk, product)
    return {key: list(products.values()) for key, products in found.items()}


class Purchases:
    """Orders that people have placed since their runs began and that were not cancelled."""

    def __init__(self, contexts: Sequence[RunContext]) -> None:
        self._rows: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
        asked = [context for context in contexts if context.began_at is not None and _is_plain(context)]
        accounts = {context.subject["user_id"] for context in asked if context.subject.get("user_id")}
        addresses = {word for context in asked for word in _words(context)}
        if not accounts and not addresses:
            return
        since = min(context.began_at for context in asked if context.began_at is not None)
        placed = _orders().exclude(status="cancelled").filter(date_placed__gte=since)
        placed = placed.annotate(guest=Upper("guest_email"), account=Upper("user__email"))
        theirs = Q(user_id__in=accounts) | Q(OneOf("guest", addresses)) | Q(OneOf("account", addresses))
        rows = placed.filter(theirs).values_list("date_placed", "number", "user_id", "guest", "account")
        for moment, number, *names in rows:
            for name in {str(name) for name in names if name}:
                self._rows[name].append((moment, number))

    def latest(self, context: RunContext) -> str | None:
        """The number of the newest order of the context's person since its beginning."""
        began_at = context.began_at
        if began_at is None:
            return None
        if not _is_plain(context):
            return _latest_of_one(context)
        names = [str(context.subject.get("user_id") or ""), *_words(context)]
        rows = [row for name in names for row in self._rows.get(name, ())]
        since = [row for row in rows if row[0] >= began_at]
        return max(since)[1] if since else None


def has_person(context: RunContext) -> bool:
    """Whether the context names somebody who may have ordered."""
    return bool(context.subject.get("user_id") or context.text("email"))


def _words(context: RunContext) -> list[str]:
    email = context.text("email")
    return [spelling.upper() for spelling in spellings(email) if spelling] if email else []


def _is_plain(context: RunContext) -> bool:
    """Whether Python and the database agree on the capitals of the context's address."""
    return all(word.isascii() for word in _words(context))


def _latest_of_one(context: RunContext) -> str | None:
    email = context.text("email")
    person = named("guest_email", email) | named("user__email", email)
    if user_id := context.subject.get("user_id"):
        person |= Q(user_id=user_id)
    found = _orders().exclude(status="cancelled").filter(person, date_placed__gte=context.began_at)
    number: str | None = found.values_list("number", flat=True).first()
    return number
