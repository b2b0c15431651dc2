"""Who agreed to an earlier text is shown what that one says, and asked for today's by a box of its own."""

from __future__ import annotations

import re

import pytest

from shopflow.audience.links import preferences_token
from shopflow.audience.models import ConsentEntry, ConsentRequest, Contact
from shopflow.audience.purposes import Tracking, purposes
from shopflow.audience.queries import agreed_version, consent_states
from shopflow.audience.services import grant_consent, request_consent
from tests.audience.consents import EMAIL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]
OLD = "Ja, {company} darf erfassen, welche Links ich anklicke."


@pytest.fixture
def page(monkeypatch):
    """The page of somebody who agreed to the first text."""
    monkeypatch.setattr(Tracking, "version", "1")
    monkeypatch.setattr(Tracking, "texts", {"de": OLD})
    grant_consent(email=EMAIL, purpose="tracking", source="test", language="de")
    grant_consent(email=EMAIL, purpose="newsletter", source="test", language="de")
    monkeypatch.undo()
    return f"/einstellungen/mail/{preferences_token(Contact.objects.get())}/"


def boxes(answer) -> dict[str, bool]:
    found = re.findall(r'<input type="checkbox" name="(\w+)"([^>]*)>', answer.content.decode())
    return {name: "checked" in rest for name, rest in found}


def entries() -> list[tuple[str, str]]:
    rows = ConsentEntry.objects.filter(purpose="tracking").order_by("position")
    return [(entry.action, entry.content.get("text_version", "")) for entry in rows]


def test_both_texts_stand_there_and_only_the_earlier_one_is_ticked(client, page):
    answer = client.get(page)
    ticked = boxes(answer)
    assert (ticked["tracking"], ticked["tracking_anew"], ticked["newsletter"]) == (True, False, True)
    assert [name for name in ticked if name.endswith("_anew")] == ["tracking_anew"]
    words = answer.content.decode()
    then, now = OLD.format(company="Autohaus Muster GmbH"), purposes.get("tracking").text("de")
    assert words.index(then) < words.index(now)
    assert words.count(now) == words.count(then) == 1


def test_saving_without_the_new_box_leaves_the_earlier_agreement_as_it_is(client, page):
    client.post(page, {"tracking": "on", "newsletter": "on"})
    assert entries() == [("grant", "1")]
    assert agreed_version(email=EMAIL, purpose="tracking") == "1"


def test_ticking_the_new_box_agrees_anew(client, page):
    client.post(page, {"tracking": "on", "tracking_anew": "on", "newsletter": "on"})
    assert entries() == [("grant", "1"), ("grant", "2")]
    assert agreed_version(email=EMAIL, purpose="tracking") == "2"
    assert "tracking_anew" not in boxes(client.get(page))
    client.post(page, {"tracking": "on", "newsletter": "on"})
    assert len(entries()) == 2, "nothing more to write down"


def test_taking_the_earlier_tick_away_withdraws(client, page):
    client.post(page, {"newsletter": "on"})
    assert entries() == [("grant", "1"), ("withdraw", "")]
    assert boxes(client.get(page))["tracking"] is False


def test_in_the_account_the_new_text_is_confirmed_by_mail_and_the_old_goes_on(client, page, django_user_model):
    client.force_login(django_user_model.objects.create_user(EMAIL, "x"))
    client.post("/accounts/mail-einstellungen/", {"tracking": "on", "tracking_anew": "on", "newsletter": "on"})
    assert ConsentRequest.objects.get().purposes == ["tracking"]
    assert consent_states(EMAIL)["tracking"] == "granted"
    assert agreed_version(email=EMAIL, purpose="tracking") == "1"
    words = client.get("/accounts/mail-einstellungen/").content.decode()
    assert words.count("wartet auf Ihre Bestätigung") == 1


def test_a_request_for_the_same_text_is_none(page):
    assert request_consent(email=EMAIL, purposes=["newsletter"], source="test", language="de") is None
    assert request_consent(email=EMAIL, purposes=["tracking"], source="test", language="de") is not None
