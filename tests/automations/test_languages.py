"""Everybody's mails in their own language, and one question for a whole batch."""

from __future__ import annotations

import pytest

from shopflow.audience.models import Contact
from shopflow.automations.services.languages import known_together, language_of
from shopflow.core import clock

pytestmark = pytest.mark.django_db


def test_a_batch_asks_once_and_says_what_each_would_hear_alone(django_assert_num_queries):
    now = clock.now()
    for number, language in enumerate(("de", "en", "fr")):
        Contact.objects.create(email=f"p{number}@example.org", language=language, created_at=now)
    people = [*(f"P{number}@Example.org" for number in range(3)), "niemand@example.org", ""]
    alone = [language_of(email) for email in people]
    assert alone == ["de", "en", "fr", "", ""]
    batch = [f"p{number}@example.org" for number in range(3)] + ["niemand@example.org"]
    with known_together(batch), django_assert_num_queries(1):
        assert [language_of(email) for email in people[:4]] == alone[:4]
    with known_together(["p0@example.org"]), django_assert_num_queries(2):
        assert (language_of("p0@example.org"), language_of("p2@example.org")) == ("de", "fr"), "a stranger to the batch"
