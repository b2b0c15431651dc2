"""Points for what contacts do. A score is worked out from its entries, in one statement for any number of contacts.

Points halve every half-life: an entry counts ``points × 0.5 ^ (days / half-life)``, by whole days in UTC, rounded at
the end. Entries never change, so that a changed half-life is right for the past, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, FloatField, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Floor, Power

from shopflow.audience import queries
from shopflow.audience.events import ScoreReached
from shopflow.audience.models import Contact, ScoreCrossing, ScoreEntry, ScoreRule, ScoreThreshold
from shopflow.contracts.events import Event
from shopflow.core import clock
from shopflow.core.services import audit, publish

FORGOTTEN_AFTER = 20
"""Half-lives after which an entry is worth less than a millionth of its points and is left out."""
CHUNK = 500


def score_event(*, contact: Contact, event: Event, event_id: int) -> int:
    """Give ``contact`` the points of all rules for ``event``; returns how many entries were written."""
    rules = ScoreRule.objects.filter(event=event.code, is_active=True)
    given = 0
    for rule in rules:
        fits = not rule.field or str(getattr(event, rule.field, "")) == rule.value
        if fits and (rule.most is None or _times(contact, rule) < rule.most):
            given += _write(
                contact=contact,
                points=rule.points,
                reason=rule.label,
                source_key=f"event:{event_id}:{rule.pk}:{contact.pk}",
                rule=rule,
            )
    if given:
        refresh_scores(contacts=[contact.pk])
    return given


def give_points(*, contact: Contact, points: int, reason: str, source_key: str, actor: Any = None) -> bool:
    """Give or take ``points``; False if it was done under this ``source_key`` before."""
    with transaction.atomic():
        if not _write(contact=contact, points=points, reason=reason, source_key=source_key):
            return False
        if actor is not None:
            audit(actor=actor, action="contact.points", target=contact, summary=f"{points:+d} {reason}")
        refresh_scores(contacts=[contact.pk])
    return True


def _times(contact: Contact, rule: ScoreRule) -> int:
    return ScoreEntry.objects.filter(contact=contact, rule=rule).count()


def _write(*, contact: Contact, points: int, reason: str, source_key: str, rule: ScoreRule | None = None) -> bool:
    now = clock.now()
    _row, created = ScoreEntry.objects.get_or_create(
        source_key=source_key,
        defaults={
            "contact": contact,
            "rule": rule,
            "points": points,
            "reason": reason[:200],
            "at": now,
            "day": now.date().toordinal(),
        },
    )
    return created


def refresh_scores(*, contacts: Iterable[int] | None = None) -> int:
    """Work the scores out anew, of all contacts or of some, and announce thresholds that were reached.

    Returns how many contacts were worked out. Contacts that have no score and no fresh entries are not touched.
    """
    today = clock.now().date().toordinal()
    half_life = queries.audience_settings().score_half_life_days
    fresh = ScoreEntry.objects.filter(contact=OuterRef("pk"), day__gt=today - FORGOTTEN_AFTER * half_life)
    age = Cast(Value(today) - F("day"), FloatField())
    worth = Cast(F("points"), FloatField()) * Power(Value(0.5), age / Value(float(half_life)))
    total = fresh.order_by().values("contact").annotate(total=Sum(worth, output_field=FloatField())).values("total")
    score = Cast(Floor(Coalesce(Subquery(total), Value(0.0)) + Value(0.5)), IntegerField())
    with transaction.atomic():
        chosen = Contact.objects.all()
        if contacts is not None:
            chosen = chosen.filter(pk__in=list(contacts))
            # Whoever writes an entry at the same time must be done before the sum is taken, or it would miss it.
            list(chosen.order_by("pk").select_for_update().values_list("pk"))
        count = chosen.filter(~Q(score=0) | Exists(fresh)).update(score=score, scored_at=clock.now())
        _cross(chosen)
    return count


def _cross(chosen: QuerySet[Contact]) -> None:
    """Bring the crossings in line with the scores, one statement per threshold and one event per new crossing."""
    for threshold in ScoreThreshold.objects.all():
        reached = ScoreCrossing.objects.filter(threshold=threshold)
        reached.filter(contact__in=chosen.filter(score__lt=threshold.points)).delete()
        there = Exists(reached.filter(contact=OuterRef("pk")))
        fresh = chosen.filter(~there, score__gte=threshold.points).order_by("pk")
        while found := list(fresh[:CHUNK]):
            now = clock.now()
            ScoreCrossing.objects.bulk_create(
                [ScoreCrossing(contact=contact, threshold=threshold, since=now) for contact in found]
            )
            for contact in found:
                publish(ScoreReached.of(contact, threshold=threshold.points, score=contact.score))
