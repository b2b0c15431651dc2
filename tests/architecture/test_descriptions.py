"""Staff who choose a block or a question read in one sentence what it is about."""

from __future__ import annotations

from django.utils import translation

from shopflow.automations.palette import WAITS, shelves
from shopflow.contracts.automations import actions, conditions
from shopflow.contracts.events import events
from shopflow.contracts.segments import segment_fields
from shopflow.contracts.waits import waits

BUILT_IN = {"shopflow", "oscar_ext", "dealer_import"}
LONGEST = 110


def built_in():
    for registry in (events, conditions, actions, waits, segment_fields):
        for one in registry:
            kind = one if isinstance(one, type) else type(one)
            if kind.__module__.partition(".")[0] in BUILT_IN:
                yield f"{registry.socket} {one.code}", one.description
    for code, (_label, description, _raw) in WAITS.items():
        yield f"wait {code}", description


DESCRIPTIONS = dict(built_in())


def test_the_blocks_are_found():
    assert len(DESCRIPTIONS) > 130
    assert {name.rpartition(" ")[0] for name in DESCRIPTIONS} == {
        "event",
        "condition",
        "action",
        "wait",
        "segment field",
    }


def test_each_has_one_short_sentence_in_both_languages():
    wrong = []
    for name, description in DESCRIPTIONS.items():
        said = {}
        for language in ("en", "de"):
            with translation.override(language):
                said[language] = str(description)
        fits = all(text.endswith(".") and ". " not in text and len(text) <= LONGEST for text in said.values())
        if not fits or said["en"] == said["de"]:
            wrong.append((name, said))
    assert wrong == [], "each block takes a description: one short sentence, with its translation"


def test_the_palette_shows_them():
    found = {entry.code: entry.description for shelf in shelves(triggers=True) for entry in shelf.entries}
    assert found["trigger:order_placed"] == str(DESCRIPTIONS["event order_placed"])
    assert found["action:send_mail"] == str(DESCRIPTIONS["action send_mail"])
    assert [code for code, description in found.items() if not description] == []
