"""The page for staff names what other systems begin automations with, and what it is here: nothing that there is not,
and everything that there is is found in the palette by the words of the page.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shopflow.automations.definitions.fields import event_fields
from shopflow.automations.palette import shelves
from shopflow.contracts.automations import conditions
from shopflow.contracts.events import events

PAGE = Path(__file__).parents[2] / "docs" / "operate" / "automations.md"
TABLE = PAGE.read_text().partition("## What an automation can begin with")[2].partition("\n## ")[0]
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TABLE.splitlines() if line.startswith("| ")][
    1:
]
CODE = re.compile(r"`([a-z_]+)`")

REFERENCE = """
basket created, basket updated, basket idle, basket recovered, checkout started, order placed, order paid,
order shipped, order delivered, order cancelled, line status changed, payment overdue, payment failed, refund
made, invoice issued, credit note issued, return requested, return received, return closed, review posted,
product viewed, wishlist added, back in stock, price dropped, stock below threshold, entitlement granted,
first download, download limit near, not downloaded after, file version released, registered, newsletter
requested, consent confirmed, consent revoked, tag added, tag removed, segment entered, segment left, score
reached, form submitted, lead magnet requested, link clicked, replied, hard bounced, complained, inactive,
date field, vehicle added, vehicle due, manual, broadcast, API, webhook, automation finished, import failed,
import guard tripped, content review due, health alert
"""


def test_each_event_of_the_table_is_there_with_the_fields_that_it_names():
    assert len(ROWS) > 35
    wrong = []
    for name, here, where in ROWS:
        codes = CODE.findall(here)
        unknown = [code for code in codes if code not in events and code not in conditions]
        known = {field.code for code in codes if code in events for field in event_fields(code)}
        fields = set(CODE.findall(re.sub(r"\bis\b[^;|]*", "", where)))
        if unknown or not fields <= known:
            wrong.append((name, unknown, fields - known))
    assert wrong == []


def test_the_table_knows_every_trigger_of_the_reference():
    words = " ".join(name for name, *_rest in ROWS)
    asked = [name.strip() for name in REFERENCE.replace("\n", " ").split(",")]
    missing = [name for name in asked if not all(re.search(rf"\b{word}\b", words) for word in name.split())]
    assert missing == []


def test_every_event_of_the_shop_is_published_somewhere():
    root = PAGE.parents[2]
    paths = [path for room in ("shopflow", "oscar_ext", "dealer_import") for path in (root / room).rglob("*.py")]
    imports = re.compile(r"^(?:from|import) (?:[^(\n]*\([^)]*\)|[^\n]*)", re.MULTILINE)
    written = "".join(imports.sub("", path.read_text()) for path in paths if path.name != "events.py")
    own = [kind for kind in events if kind.__module__.partition(".")[0] in ("shopflow", "oscar_ext", "dealer_import")]
    made = set(re.findall(r"\b([A-Z]\w+)\b", written))
    assert len(own) > 60
    assert sorted(kind.code for kind in own if kind.__name__ not in made) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Rechnung", "document_issued"),
        ("versandt", "order_status_changed"),
        ("storniert", "order_status_changed"),
        ("Launch", "campaign_started"),
        ("Geburtstag", "date_reached"),
        ("Webhook", "external"),
        ("Retoure", "withdrawal_declared"),
        ("inaktiv", "contact_inactive"),
        ("nicht heruntergeladen", "access_granted"),
        ("order_paid", "order_paid"),
    ],
)
def test_staff_find_a_trigger_by_the_word_that_they_know(words, code):
    found = [entry.code for shelf in shelves(triggers=True, search=words) for entry in shelf.entries]
    assert f"trigger:{code}" in found


@pytest.mark.django_db
def test_the_words_to_be_found_by_are_in_the_page_for_the_search_of_the_script(keeper, draft):
    page = keeper.get("/dashboard/shopflow/automations/ablauf/test_flow/bauen/").content.decode()
    assert re.search(r'data-entry="trigger:document_issued"[^>]*data-also="Rechnung ausgestellt"', page)
