"""What a first step may say, and with which mail it goes: instructions only, a single offer would be advertising."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from shopflow.core.links import absolute
from shopflow.mailing.wording import advertising_words

LAST_DAY = 60
"""Days after the unlocking that a first step may belong to; 0 is the day of the unlocking itself."""
MAIL_DAYS = (0, 3, 7, 14)
"""The days of the mails. Each takes along the steps of the days since the mail before it."""
SELLING = ("basket:summary", "catalogue:index", "checkout:index", "offer:list", "search:search", "shopflow-search")
"""Names of the pages that show goods, with all that lies below them; no instruction needs one."""

_https = URLValidator(schemes=["https"])
_PATH = re.compile(r"/(?:[^/\\\s<>\"'][^\\\s<>\"']*)?")
"""A path of the shop's own: two slashes, also a reversed one, would lead to another host."""


def days_of(mail: int) -> range:
    """The days whose steps go with the mail of day ``mail``, one of :data:`MAIL_DAYS`."""
    place = MAIL_DAYS.index(mail)
    return range(MAIL_DAYS[place - 1] + 1 if place else 0, mail + 1)


def mail_of(day: int) -> int | None:
    """The day of the mail that takes along what belongs to ``day``; None after the last mail."""
    return next((mail for mail in MAIL_DAYS if day <= mail), None)


def check_wording(text: str) -> None:
    """Raise ValidationError if ``text`` advertises: the mail goes out without consent (BGH VI ZR 134/15)."""
    if words := advertising_words(text):
        sentence = _("“%(word)s” is advertising. First steps go out without consent: leave it out.")
        raise ValidationError(sentence % {"word": words[0]}, code="advertising")


def check_link(link: str) -> None:
    """Raise ValidationError unless ``link`` is an https address or a path of the shop, and shows no goods of it."""
    try:
        if not _PATH.fullmatch(link):
            _https(link)
    except ValidationError as error:
        sentence = _("Write an address that begins with https://, or a page of your shop that begins with /.")
        raise ValidationError(sentence, code="link") from error
    if _sells(link):
        sentence = _("This link leads to goods of your shop. That is advertising: link to instructions only.")
        raise ValidationError(sentence, code="advertising")


def _sells(link: str) -> bool:
    there = urlsplit(link)
    if there.netloc and there.netloc != urlsplit(absolute("/")).netloc:
        return False
    return f"{there.path.rstrip('/')}/".startswith(tuple(_places()))


def _places() -> Iterator[str]:
    for name in SELLING:
        with contextlib.suppress(NoReverseMatch):  # a shop may do without
            if (place := reverse(name)) != "/":
                yield place


def address_of(link: str) -> str:
    """``link`` as mails need it: a path with the shop's own address before it."""
    return absolute(link) if link.startswith("/") else link
