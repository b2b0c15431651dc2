"""What a mail must not say or hold, whoever wrote it: advertising among orders, hidden pixels, forbidden clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from shopflow.mailing.texts.language import Finding, problems
from shopflow.mailing.texts.shipped import Words
from shopflow.mailing.wording import ADVERTISING

CLAUSES = re.compile(
    r"ec\.europa\.eu/consumers/odr|OS-Plattform|\bkeine?n? (?:Widerruf|Umtausch|Rückgabe|Rücknahme)\b|"
    r"vom (?:Umtausch|Widerruf) ausgeschlossen|auf (?:Gefahr|Risiko) des (?:Käufers|Kunden)",
    re.IGNORECASE,
)
"""Clauses that are void or warned off, and the platform for disputes that was closed on 20 July 2025."""

CLAIMS = re.compile(r"umweltfreundlich|klimaneutral|nachhaltig|ökologisch", re.IGNORECASE)
TEXT_TAGS = {"a", "abbr", "b", "br", "code", "em", "i", "img", "s", "small", "span", "strong", "sub", "sup", "u"}
BLOCK_TAGS = {"blockquote", "dd", "div", "dl", "dt", "h1", "h2", "h3", "hr", "li", "ol", "p", "ul"}
TABLE_TAGS = {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
ALLOWED_TAGS = TEXT_TAGS | BLOCK_TAGS | TABLE_TAGS
ALLOWED_ATTRIBUTES = {"alt", "class", "colspan", "height", "href", "lang", "rowspan", "scope", "src", "title", "width"}
VOID = frozenset({"br", "hr", "img"})
SCHEMES = ("http", "https", "mailto", "tel")
_BRACES = re.compile(r"\{([{%])(.*?)[%}]\}", re.DOTALL)
_REWRITTEN = re.compile(r"[?&](?:url|u|redirect|target)=https?(?::|%3a)", re.IGNORECASE)


def check(
    words: Words, *, declared: Mapping[str, Any], parts: Mapping[str, str], is_advertising: bool, site_host: str
) -> list[Finding]:
    """Everything that is wrong with a text; one with an error cannot be used."""
    found: list[Finding] = []
    for field in ("subject", "preheader", "body"):
        said = getattr(words, field)
        found += problems(said, declared=declared, parts=parts if field == "body" else {}, field=field)
        found += wording(said, is_advertising=is_advertising, field=field)
    if not words.subject.strip():
        found.append(Finding("empty", _("Enter a subject."), field="subject"))
    if not words.body.strip():
        found.append(Finding("empty", _("Enter a text.")))
    if "<" in words.subject + words.preheader:
        found.append(Finding("markup", _("The subject and the preview line are plain text."), field="subject"))
    return found + markup(words.body, site_host=site_host)


def wording(text: str, *, is_advertising: bool, field: str = "body") -> Iterator[Finding]:
    """Words that this kind of mail must not say."""
    said = _BRACES.sub("", text)
    if not is_advertising:
        for match in ADVERTISING.finditer(said):
            yield _finding(
                "advertising",
                _("“%(word)s” is advertising. This e-mail goes out without consent: leave it out."),
                match,
                field,
            )
    for match in CLAUSES.finditer(said):
        yield _finding("clause", _("“%(word)s” is void or forbidden towards consumers. Leave it out."), match, field)
    for match in CLAIMS.finditer(said):
        yield _finding(
            "claim", _("“%(word)s” needs a proof that you can show (§ 5 UWG)."), match, field, is_error=False
        )


def _finding(code: str, sentence: str, match: re.Match[str], field: str, *, is_error: bool = True) -> Finding:
    line = match.string.count("\n", 0, match.start()) + 1
    return Finding(code, sentence % {"word": match.group()}, line, is_error, field)


def markup(html: str, *, site_host: str) -> list[Finding]:
    """What is wrong with the tags of ``html``: unknown ones, pictures without words, foreign servers, hidden pixels."""
    reader = _Reader(site_host)
    reader.feed(_BRACES.sub(_harmless, html))
    reader.close()
    for tag, line in reader.open:
        reader.add("unclosed", _("<%(tag)s> is not closed.") % {"tag": tag}, line=line)
    return reader.found


def _harmless(match: re.Match[str]) -> str:
    """A value as a word without meaning for HTML, on as many lines as before."""
    return ("{value}" if match[1] == "{" else "") + "\n" * match[0].count("\n")


class _Reader(HTMLParser):
    def __init__(self, site_host: str) -> None:
        super().__init__(convert_charrefs=True)
        self.site_host = site_host
        self.found: list[Finding] = []
        self.open: list[tuple[str, int]] = []

    def add(self, code: str, sentence: str, *, line: int = 0, is_error: bool = True) -> None:
        self.found.append(Finding(code, sentence, line or self.getpos()[0], is_error))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED_TAGS:
            self.add("tag_forbidden", _("<%(tag)s> does not belong into an e-mail.") % {"tag": tag})
        elif tag not in VOID:
            self.open.append((tag, self.getpos()[0]))
        given = {name: value or "" for name, value in attrs}
        for name in given.keys() - ALLOWED_ATTRIBUTES:
            self.add("attribute", _("Take out “%(name)s”: looks come from the classes of the e-mail.") % {"name": name})
        if "href" in given:
            self._link(given["href"])
        if tag == "img":
            self._picture(given)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or tag not in ALLOWED_TAGS:
            return
        names = [name for name, _line in self.open]
        if tag not in names:
            self.add("unopened", _("</%(tag)s> closes what was never opened.") % {"tag": tag})
            return
        while self.open:
            name, line = self.open.pop()
            if name == tag:
                return
            self.add("unclosed", _("<%(tag)s> is not closed.") % {"tag": name}, line=line)

    def _link(self, target: str) -> None:
        try:
            address = urlsplit(target.strip())
        except ValueError:
            self.add("link", _("“%(link)s” is no address.") % {"link": target})
            return
        if _REWRITTEN.search(target):
            self.add("link_rewritten", _("This link reports the click. That needs consent; link to the page itself."))
        if target.startswith(("{value}", "#")):
            return
        if not address.scheme and not address.netloc:
            self._relative(target)
            return
        abroad = address.netloc and address.hostname != self.site_host and "{value}" not in address.netloc
        if address.scheme.lower() not in SCHEMES or (abroad and address.scheme.lower() != "https"):
            self.add("link", _("A link begins with https://, mailto: or tel:."))
        elif address.hostname and address.hostname != self.site_host and "{value}" not in target:
            self.add(
                "link_abroad",
                _("This link leads out of your shop: %(host)s.") % {"host": address.hostname},
                is_error=False,
            )

    def _relative(self, target: str) -> None:
        """In a mailbox there is no shop that the rest of an address could belong to."""
        whole = f"https://{self.site_host}/{target.lstrip('/')}"
        self.add("relative", _("Write the whole address: %(link)s.") % {"link": whole})

    def _picture(self, given: Mapping[str, str]) -> None:
        if "alt" not in given:
            self.add("alt", _('Say in alt="…" what the picture shows, for people who do not see it.'))
        if any(re.match(r"\s*0*[01](?!\d)", given.get(side, "")) for side in ("width", "height")):
            self.add("pixel", _("A picture of one pixel reports who reads. That needs consent; take it out."))
        source = given.get("src", "")
        try:
            address = urlsplit(source)
        except ValueError:
            self.add("link", _("“%(link)s” is no address.") % {"link": source})
            return
        if not address.scheme and not address.netloc and not source.startswith("{value}"):
            self._relative(source)
        host = address.hostname
        if host and host != self.site_host:
            self.add(
                "host", _("Pictures come from your own shop only: %(host)s would learn who reads.") % {"host": host}
            )
