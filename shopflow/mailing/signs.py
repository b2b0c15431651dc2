"""Who of many people rows are about, by address in any spelling or by account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Max, Q, QuerySet, Value
from django.db.models.functions import Lower

from shopflow.contracts.personal_data import Person
from shopflow.core.rows import OneOf
from shopflow.mailing.addresses import spellings


def latest(*signs: Mapping[Person, datetime]) -> dict[Person, datetime]:
    """The latest of each person's moments in ``signs``."""
    found: dict[Person, datetime] = {}
    for one in signs:
        for person, at in one.items():
            found[person] = max(at, found.get(person, at))
    return found


def signs_in(
    rows: QuerySet[Any], people: Sequence[Person], *, at: str | datetime, email: str = "", user: str = ""
) -> dict[Person, datetime]:
    """The latest moment ``at`` (a column, or one moment for all) of the ``rows`` about each of ``people``.

    ``email`` is the column of the address as it was typed, ``user`` that of the account; a query for each.
    """
    found: dict[Person, datetime] = {}
    moment = F(at) if isinstance(at, str) else Value(at)
    if email:
        by_word: dict[str, list[Person]] = defaultdict(list)
        for person in people:
            for word in filter(None, spellings(person.email)):
                by_word[word].append(person)
        written = rows.annotate(sign_word=Lower(email)).filter(OneOf("sign_word", by_word))
        _take(found, by_word, _latest(written, "sign_word", moment))
    if user:
        by_key: dict[Any, list[Person]] = defaultdict(list)
        for person in people:
            if person.user_id is not None:
                by_key[person.user_id].append(person)
        if by_key:
            _take(found, by_key, _latest(rows.filter(Q((f"{user}__in", list(by_key)))), user, moment))
    return found


def _latest(rows: QuerySet[Any], word: str, moment: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.order_by().values(word).annotate(sign_at=Max(moment)).values_list(word, "sign_at")
    return found


def _take(
    found: dict[Person, datetime], people: dict[Any, list[Person]], latest: Iterable[tuple[Any, datetime | None]]
) -> None:
    for word, at in latest:
        if at is None:
            continue
        for person in people[word]:
            found[person] = max(at, found.get(person, at))
