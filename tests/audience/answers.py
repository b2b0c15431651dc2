"""What a question says of people: one by one, and of all of them at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shopflow.audience import matching
from shopflow.audience.models import Contact


def answers(raw: Any, *, now: datetime | None = None) -> dict[str, bool | None]:
    """By the name before the @. Fails unless the segment, and the one for the opposite, count the very same people."""
    expression = matching.read(raw)
    people = {row.pk: row.email.partition("@")[0] for row in Contact.objects.all()}
    said = {name: matching.verdict(expression, contact_id=pk, now=now) for pk, name in people.items()}
    for asked, holds in ((raw, True), ({"not": raw}, False)):
        found = matching.matching(matching.read(asked), now=now)
        assert {people[row.pk] for row in found} == {name for name, answer in said.items() if answer is holds}
        assert found.count() == sum(answer is holds for answer in said.values())
    return said
