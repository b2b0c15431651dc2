"""Points, their decay, and thresholds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from shopflow.audience.models import AudienceSettings, Contact, ScoreCrossing, ScoreEntry, ScoreRule, ScoreThreshold
from shopflow.audience.services import give_points, grant_consent, refresh_scores
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from shopflow.core.services import deliver_due
from tests.audience.people import contact

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]


def give(who: Contact, points: int, key: str) -> bool:
    return give_points(contact=who, points=points, reason="Messe", source_key=key)


def score(who: Contact) -> int:
    return Contact.objects.values_list("score", flat=True).get(pk=who.pk)


def reached() -> list[tuple[str, int, int]]:
    rows = OutboxEvent.objects.filter(code="score_reached").order_by("pk").values_list("payload", flat=True)
    return [(row["email"], row["threshold"], row["score"]) for row in rows]


def test_points_count_once_and_halve_with_each_half_life():
    anna = contact()
    assert give(anna, 80, "a")
    assert not give(anna, 80, "a")
    assert score(anna) == 80

    clock.move_forward(timedelta(days=30))
    refresh_scores()
    assert score(anna) == 40
    give(anna, 5, "b")
    assert score(anna) == 45
    clock.move_forward(timedelta(days=30))
    refresh_scores()
    assert score(anna) == 23  # 20 + 2.5, rounded up
    clock.move_forward(timedelta(days=30 * 20))
    refresh_scores()
    assert score(anna) == 0


def test_a_changed_half_life_is_right_for_the_past_too():
    anna = contact()
    give(anna, 80, "a")
    clock.move_forward(timedelta(days=10))
    AudienceSettings.objects.create(pk=1, score_half_life_days=10)
    refresh_scores()
    assert score(anna) == 40


def test_all_scores_are_worked_out_in_a_fixed_number_of_queries(django_assert_max_num_queries):
    ScoreThreshold.objects.create(label="Heiß", points=50)
    people = [contact(f"p{n}@example.org") for n in range(30)]
    for n, who in enumerate(people):
        give(who, n, f"k{n}")
    with django_assert_max_num_queries(10):
        assert refresh_scores() == 30


def test_a_threshold_is_told_when_it_is_reached_and_again_after_falling_below():
    ScoreThreshold.objects.create(label="Warm", points=20)
    ScoreThreshold.objects.create(label="Heiß", points=50)
    anna = contact()
    give(anna, 30, "a")
    give(anna, 10, "b")
    assert reached() == [("anna@example.org", 20, 30)]
    give(anna, 10, "c")
    assert reached()[1:] == [("anna@example.org", 50, 50)]
    refresh_scores()
    assert len(reached()) == 2

    clock.move_forward(timedelta(days=30))
    refresh_scores()
    assert list(ScoreCrossing.objects.values_list("threshold__points", flat=True)) == [20]
    give(anna, 30, "d")
    assert reached()[2:] == [("anna@example.org", 50, 55)]


def test_rules_give_points_for_events_with_filter_and_limit():
    ScoreRule.objects.create(
        label="Bestätigt", event="consent_changed", field="action", value="grant", points=10, most=1
    )
    ScoreRule.objects.create(label="Aus", event="consent_changed", points=99, is_active=False)
    for purpose in ("newsletter", "birthday"):
        grant_consent(email="anna@example.org", purpose=purpose, source="test", language="de")
    while deliver_due():
        pass

    entry = ScoreEntry.objects.get()
    assert (entry.points, entry.reason, entry.contact.email) == (10, "Bestätigt", "anna@example.org")
    assert score(entry.contact) == 10


@pytest.mark.triggers
def test_the_database_refuses_changes_of_entries_and_lets_them_go_with_the_contact():
    anna = contact()
    give(anna, 80, "a")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        ScoreEntry.objects.update(points=1)
    anna.delete()
    assert not ScoreEntry.objects.exists()
