"""Styles inlined by build are those that the inliner writes for the whole mail."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from shopflow.mailing import inlining
from shopflow.mailing.inlining import _inlined, _inliner, inline_styles

PAGE = (
    "<!DOCTYPE html>\n<html><head><title>{title}</title><style>p {{ margin: 0 }} .btn > b {{ color: red }} "
    "@media (max-width: 9px) {{ p {{ margin: 1px !important }} }}</style></head>\n<body>"
    '<p class="a">{words}</p>\n<a class="btn" href="{link}"><b>{words}</b> x</a>{more}</body></html>'
)


class Read(HTMLParser):
    """What a mail program reads: tags with their attributes, and words without their spelling."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, sorted(attrs)))

    def handle_endtag(self, tag):
        self.found.append(f"/{tag}")

    def handle_data(self, data):
        if self.found and isinstance(self.found[-1], list):
            self.found[-1][0] += data
        else:
            self.found.append([data])


def page(**words):
    return PAGE.format(**{"title": "T", "words": "Guten Tag", "link": "https://shop.example.org/", "more": ""} | words)


CASES = [
    {},
    {"words": "Müller &amp; Söhne &lt;b&gt; &#x27;x&#x27; &nbsp; 3 > 2"},
    {"link": "https://shop.example.org/?a=1&amp;b=2#c", "title": "&quot;T&quot;"},
    {"words": "", "link": ""},
    {"more": "<!-- a <b>note</b> --><table><tr><td> </td><td>x</td></tr></table>"},
    {"more": "<table>astray<tr><td>x</td></tr></table>"},
    {"more": "<img alt='a > b' src='x'><img alt=\"a > b\" src=\"y\"><input disabled>"},
    {"more": "<p>never closed<p>either 1 < 2 < 3"},
    {"more": "<pre> two\n</pre><textarea><b>raw</b></textarea>"},
    {"more": "<style>b { font-weight: 400 }</style><STYLE>i { color: blue }</STYLE><i>x</i>"},
    {"more": "<style>a[href] { color: blue }</style>"},
    {"words": "\ue0001\ue001"},
    {"words": "{{ edited }}", "more": '<p title="a" aria-label="b &gt; c">x</p>'},
]


@pytest.mark.parametrize("words", CASES)
def test_a_mail_reads_as_if_all_of_it_had_been_inlined(words):
    html = page(**words)
    expected = Read(_inliner().inline(html)).found
    _inlined.cache_clear()

    assert Read(inline_styles(html)).found == expected
    assert Read(inline_styles(html)).found == expected, "from memory"


def test_mails_of_one_build_are_inlined_once(monkeypatch):
    calls = []

    class Counting:
        def inline(self, html):
            calls.append(html)
            return _inliner.__wrapped__().inline(html)

    _inlined.cache_clear()
    monkeypatch.setattr(inlining, "_inliner", Counting)
    for number in range(5):
        html = inline_styles(page(words=f"Kunde {number}", link=f"https://shop.example.org/{number}"))
        assert f"<b>Kunde {number}</b>" in html or f">Kunde {number}</b>" in html
        assert f'href="https://shop.example.org/{number}"' in html
    assert len(calls) == 1
    inline_styles(page(more="<p>one more</p>"))
    inline_styles(page(more="<p>one more</p><style>b[class] { color: red }</style>"))
    assert len(calls) == 3


def test_nothing_stays_nothing():
    assert inline_styles(" \n") == ""
