"""What each mail of the automations that come with the shop says in German, with the sample's words.

A snapshot holds subject and plain text, and a digest of what the HTML shows: its words, pictures and links. After a
change that is meant, write them anew and look at the difference:

    SHOPFLOW_RENEW_SNAPSHOTS=1 python -m pytest tests/automations/test_snapshots_of_mails.py
"""

from __future__ import annotations

import os
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from shopflow.core import clock
from shopflow.mailing.composing import Content
from shopflow.mailing.texts.preview import preview
from tests.automations.test_every_flow import MAILS

FOLDER = Path(__file__).resolve().parent / "snapshots"
RENEW = "SHOPFLOW_RENEW_SNAPSHOTS"
MOST_BYTES = 150_000


@pytest.fixture(autouse=True)
def world():
    """No stand-ins here."""


class Shown(HTMLParser):
    """The words of a page, each link's and picture's address, and where a heading, row or paragraph begins."""

    KEPT = ("a", "h1", "h2", "h3", "img", "li", "p", "td", "th", "tr")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self._hidden += tag in ("style", "head")
        known = dict(attrs)
        if tag in self.KEPT:
            told = [known[name] for name in ("href", "src", "alt") if known.get(name)]
            self.found.append(" ".join([f"<{tag}>", *told]))

    def handle_endtag(self, tag):
        self._hidden -= tag in ("style", "head")

    def handle_data(self, data):
        words = " ".join(data.split())
        if words and not self._hidden:
            self.found.append(words)


def snapshot(mail: Content) -> str:
    shown = "\n".join(Shown(mail.html).found)
    lines = [line.rstrip() for line in mail.text.strip().splitlines()]
    return "\n".join([mail.subject, "", *lines, "", f"HTML {sha256(shown.encode()).hexdigest()[:16]}", ""])


@pytest.mark.django_db
@pytest.mark.parametrize("template", MAILS)
def test_a_mail_says_what_it_said(template, seller):
    said = snapshot(preview(template, language="de", words=None))
    kept = FOLDER / f"{template}.txt"
    if os.environ.get(RENEW):
        FOLDER.mkdir(exist_ok=True)
        kept.write_text(said, encoding="utf-8")
    today = clock.now()
    assert not any(today.strftime(form) in said for form in ("%d.%m.%Y", "%Y-%m-%d")), "no snapshot lasts a day"
    known = kept.read_text(encoding="utf-8") if kept.exists() else ""
    assert said == known, f"Is the change meant? Then run with {RENEW}=1 and look at the difference of {kept.name}."


def test_there_is_no_snapshot_without_a_mail_and_none_is_large():
    kept = list(FOLDER.glob("*.txt"))
    assert sorted(one.stem for one in kept) == MAILS
    assert sum(one.stat().st_size for one in kept) < MOST_BYTES


def test_the_digest_sees_words_and_links_and_no_styles():
    same = Shown('<head><style>p {}</style></head><p style="x">Guten  Tag</p><a href="/a">Hier</a>').found
    assert same == ["<p>", "Guten Tag", "<a> /a", "Hier"]
