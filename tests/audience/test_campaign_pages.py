"""The staff's pages of campaigns."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from shopflow.audience.models import Campaign
from shopflow.audience.services import grant_consent
from shopflow.core import clock
from shopflow.core.models import OutboxEvent
from tests.audience.people import contact, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]
PAGE = "/dashboard/shopflow/campaigns/"


@pytest.fixture
def chief(client):
    client.force_login(staff())
    return client


def entered(**changes: str) -> dict[str, str]:
    opens = timezone.localtime(clock.now()).date() + timedelta(days=3)
    given = {
        "label": "Winterräder", "code": "raeder", "text": "Fertig montiert.", "percent": "15",
        "opens_on": opens.isoformat(), "ends_on": (opens + timedelta(days=6)).isoformat(),
    }  # fmt: skip
    return {**given, **changes}


def test_a_campaign_is_written_and_started_once(chief):
    answer = chief.post(f"{PAGE}neu/", entered(), follow=True)
    campaign = Campaign.objects.get()
    assert timezone.localtime(campaign.ends_at, ZoneInfo("Europe/Berlin")).hour == 20
    anna = contact()
    contact("without@example.org")
    grant_consent(email=anna.email, purpose="newsletter", source="test", language="de")
    page = chief.get(f"{PAGE}{campaign.pk}/").content.decode()
    assert "Jetzt würde 1 Kontakt angeschrieben" in page
    answer = chief.post(f"{PAGE}{campaign.pk}/start/", follow=True)
    assert "Für 1 Kontakt gestartet" in answer.content.decode()
    assert OutboxEvent.objects.get(code="campaign_started").payload["email"] == anna.email

    answer = chief.post(f"{PAGE}{campaign.pk}/start/", follow=True)
    assert "schon gestartet" in answer.content.decode()
    chief.post(f"{PAGE}{campaign.pk}/", entered(label="Anderes"))
    campaign.refresh_from_db()
    assert campaign.label == "Winterräder", "what people were told stays"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"percent": "60"}, "von 1 bis 50 Prozent"),
        ({"article": "gibt-es-nicht"}, "keinen Artikel mit dieser Nummer"),
        ({"ends_on": "2020-01-01"}, "mindestens 6 Tage"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(chief, changes, sentence):
    answer = chief.post(f"{PAGE}neu/", entered(**changes))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Campaign.objects.exists()


def test_the_list_asks_for_a_right(client):
    client.force_login(get_user_model().objects.create_user("kunde@example.org", "geheim-1234"))
    assert client.get(PAGE).status_code in (302, 403)


def test_the_list_takes_a_fixed_number_of_queries(chief, django_assert_max_num_queries):
    for number in range(5):
        chief.post(f"{PAGE}neu/", entered(code=f"c{number}"))
    with django_assert_max_num_queries(12):
        page = chief.get(PAGE).content.decode()
    assert page.count("Entwurf") == 5
