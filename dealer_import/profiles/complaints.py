from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from dealer_import.profiles.model import BadProfile
from dealer_import.sentences import say as _


def complain(name: str, key: str, reason: str) -> NoReturn:
    """Refuse the profile ``name`` for what its ``key`` says."""
    raise BadProfile(_("Profile %(name)s, %(key)s: %(reason)s.") % {"name": name, "key": key, "reason": reason})


def one_of(name: str, key: str, value: Any, allowed: Iterable[Any]) -> None:
    """Refuse a ``value`` that is not ``allowed``."""
    choices = list(allowed)
    if value not in choices:
        wanted = ", ".join(str(item) for item in choices if item)
        complain(name, key, _("“%(value)s” is not one of %(wanted)s") % {"value": value, "wanted": wanted})


def check_place(name: str, key: str, at: Any) -> None:
    """Refuse what is no place in a record: its first character, counted from 1, and its length."""
    if not isinstance(at, list) or len(at) != 2 or not all(type(part) is int and 0 < part <= 100_000 for part in at):
        complain(name, key, _("it must be the first place (from 1) and the length, such as [22, 32]"))
