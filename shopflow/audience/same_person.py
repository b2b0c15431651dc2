"""Whether an order comes from somebody who the shop knows by another address: nobody recommends the shop to themselves.

Looked at is what the order and the shop's address books say anyway; nothing is stored for it. Two people of one
household stay two, unless their names begin alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from oscar.core.loading import get_model

from shopflow.audience.models import Contact
from shopflow.mailing.addresses import normalise_email

LOOKED_BACK = 50
"""How many of the recommending person's latest orders are compared."""

ONE_MAILBOX = {"googlemail.com": "gmail.com"}
WITHOUT_DOTS = frozenset({"gmail.com"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def is_same_person(*, order: Any, buyer: Contact | None, contact: Contact) -> bool:
    """Whether ``order``, linked to ``buyer``, seems to be the contact's own: the same account or mailbox, a like name
    at the same house, or the same phone.
    """
    if buyer is not None and buyer.pk == contact.pk:
        return True
    accounts = (order.user_id, getattr(order.basket, "owner_id", None), buyer and buyer.user_id)
    if contact.user_id is not None and contact.user_id in accounts:
        return True
    emails = {order.guest_email, getattr(order.user, "email", "")} - {"", None}
    if mailbox(contact.email) in {mailbox(email) for email in emails}:
        return True
    return not _marks(_addresses_of(order)).isdisjoint(_marks(_addresses_known(contact, but=order)))


def mailbox(email: str) -> str:
    """The mailbox behind ``email``: without what follows a plus, and without dots where the provider knows none."""
    local, _at, domain = normalise_email(email).rpartition("@")
    domain = ONE_MAILBOX.get(domain, domain)
    local = local.partition("+")[0] or local
    return f"{local.replace('.', '') if domain in WITHOUT_DOTS else local}@{domain}"


def _addresses_of(order: Any) -> Iterator[Any]:
    yield from (found for found in (order.shipping_address, order.billing_address) if found is not None)


def _addresses_known(contact: Contact, *, but: Any) -> Iterator[Any]:
    """Where the contact has had goods sent to, and the account's address book."""
    theirs = Q(contact_link__contact=contact)
    if contact.user_id is not None:
        theirs |= Q(user=contact.user_id)
        yield from get_model("address", "UserAddress")._default_manager.filter(user=contact.user_id)
    orders = get_model("order", "Order")._default_manager.filter(theirs).exclude(pk=but.pk).distinct()
    for order in orders.select_related("shipping_address", "billing_address").order_by("-pk")[:LOOKED_BACK]:
        yield from _addresses_of(order)


def _marks(addresses: Iterable[Any]) -> set[tuple[str, ...]]:
    """What tells the person of an address: name and house, and the phone."""
    found: set[tuple[str, ...]] = set()
    for address in addresses:
        surname, first = _words(address.last_name), _words(address.first_name)
        house = _house(" ".join((address.line1, address.line2, address.line3)))
        if surname and house and address.postcode:
            found.add(("home", surname, first[:1], _words(address.postcode), house))
        phone = re.sub(r"\D", "", str(getattr(address, "phone_number", "") or ""))
        if phone:
            found.add(("phone", phone))
    return found


def _words(text: str) -> str:
    """Letters and digits alone, umlauts and capitals in one spelling."""
    return "".join(re.findall(r"[^\W_]", str(text).casefold().translate(_UMLAUTS)))


def _house(lines: str) -> str:
    """The street up to the house number, whose letters and spelling do not matter; empty without a number."""
    found = re.match(r"\D*\d+", lines)
    return _words(found[0]).replace("strasse", "str") if found else ""
