"""What holds for every flow that comes with the shop."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from shopflow.automations.linting import lint
from shopflow.automations.overview import flow_table, templates_of
from shopflow.contracts.automations import flows
from shopflow.mailing.texts import lint as wording
from shopflow.mailing.texts import samples, shipped
from shopflow.mailing.texts.preview import preview

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "operate" / "flows.md"
OFF = {
    "abandoned_cart",
    "birthday",
    "business_nurture",
    "campaign",
    "checkout_question",
    "customer_anniversary",
    "first_steps",
    "fitting",
    "inspection_due",
    "lead_magnet",
    "personal_offer",
    "price_watch",
    "re_engagement",
    "recommend",
    "referral_thanks",
    "review_request",
    "review_request_digital",
    "service_due",
    "welcome",
    "wheel_change",
    "win_back",
}
"""Off until the shop has decided: everything that advertises, and what needs words of the shop first."""
NOT_EDITABLE = {"payment_last_reminder", "payment_reminder"}
"""They print the payment method's own instructions, which have no example."""
CAPITAL_AFTER_A_COMMA = re.compile(
    r"^Guten Tag[^\n]*,\n+(?:Am|Danke|Das|Der|Die|Es|Für|Falls|Heute|Hier|In|Mit|Nach|Seit|Unter|Vor|Wer|Wir)\b",
    re.MULTILINE,
)
"""German goes on in small letters after the comma of the salutation."""
CODES = [code for code in flows.codes() if flows.get(code).__class__.__module__.partition(".")[0] != "tests"]


@pytest.fixture(autouse=True)
def world():
    """No stand-ins here."""


TEMPLATES = shipped.codes()


def mails_of(code: str) -> list[str]:
    """The templates of a flow's mails; those whose name hangs on the event are all that fit."""
    found = []
    for name in templates_of(flows.get(code).define().definition):
        pattern = re.compile(re.sub(r"\\\{\w+\\\}", r"\\w+", re.escape(name)))
        found += [known for known in TEMPLATES if pattern.fullmatch(known)]
        assert found, f"{code}: there is no template “{name}”"
    return found


MAILS = sorted({template for code in CODES for template in mails_of(code)})


@pytest.mark.parametrize("code", CODES)
def test_a_flow_says_in_german_what_it_does_and_why_it_may(code):
    with translation.override("de"):
        german = flows.get(code).define()
        said = [str(german.label), str(german.description), str(german.reason)]
    with translation.override("en"):
        english = flows.get(code).define()
        assert said[1] != str(english.description)
        assert said[2] != str(english.reason)
    assert all(said)
    assert len(said[0]) <= 60
    assert len(said[2]) >= 60, "a paragraph, not a word"


@pytest.mark.parametrize("code", CODES)
def test_a_flow_has_no_error_of_the_linter(code):
    found = lint(flows.get(code).define().definition)
    assert [f"{one.step}: {one.message}" for one in found if one.is_error] == []


def test_which_flows_come_switched_off():
    assert {code for code in CODES if not flows.get(code).define().enabled} == OFF


@pytest.mark.django_db
@pytest.mark.parametrize("template", MAILS)
def test_a_mail_has_german_words_in_both_parts_and_no_unknown_name(seller, template):
    german, english = (preview(template, language=language, words=None) for language in ("de", "en"))

    assert german.subject != english.subject
    assert german.text != english.text
    assert german.html != english.html
    for content in (german.html, german.text):
        assert "{{" not in content
        assert "{%" not in content
    if template != "campaign_extra":  # begins with the shop's own words
        assert not CAPITAL_AFTER_A_COMMA.search(german.text)
    if template in NOT_EDITABLE:
        return
    try:
        words = shipped.words(template, "de")
    except shipped.NotEditable:
        return
    found = wording.check(
        words,
        declared=samples.sample(template),
        parts=shipped.parts(template),
        is_advertising=shipped.is_marked(template, shipped.ADVERTISING),
        site_host="shop.example.org",
    )
    assert [str(one.sentence) for one in found if one.is_error] == []


@pytest.mark.django_db
@pytest.mark.parametrize("template", [t for t in MAILS if shipped.is_marked(t, shipped.ADVERTISING)])
def test_advertising_shows_the_way_out_and_the_sender(seller, template):
    content = preview(template, language="de", words=None)
    for part in (content.html, content.text):
        assert "/mail/a/beispiel/" in part
        assert "Abmelden" in part
        assert seller.name in part
    assert " Sie " in content.text


def test_the_page_of_flows_shows_what_there_is():
    shown = PAGE.read_text()
    table = shown[shown.index("| Automation |") :].split("\n\n")[0].strip() + "\n"
    assert table == flow_table(), "bring docs/operate/flows.md in line with: manage.py list_flows"
