"""JSON that people bring: read only if every database can keep it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

_CANNOT_BE_KEPT = re.compile("[\x00\ud800-\udfff]")


def read_json(text: str) -> Any:
    """What ``text`` says. Raises ValueError with a sentence for what is no JSON, or what PostgreSQL refuses: numbers
    without an end, signs without a meaning (NUL, half a surrogate pair), and nesting that no reader follows.
    """
    try:
        found = json.loads(text, parse_constant=_refuse)
        storable = not any(map(_CANNOT_BE_KEPT.search, _texts(found)))
    except RecursionError as error:
        raise ValueError(_("it is nested too deeply")) from error
    if not storable:
        raise ValueError(_("it holds signs that cannot be stored"))
    return found


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for name, value in part.items():
            yield name
            yield from _texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _texts(value)


def _refuse(number: str) -> Any:
    raise ValueError(_("“%(number)s” is no number") % {"number": number})
