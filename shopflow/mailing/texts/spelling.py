"""Whether a text was only spelled anew: then it may take the place of the old one where that was promised to stay."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from shopflow.mailing.texts.language import Finding
from shopflow.mailing.texts.lint import CLAIMS
from shopflow.mailing.texts.shipped import Words

ALIKE = 0.6
"""How much of two words must be the same for one to be the other's misspelling; 1 is all."""

_TURNING = (
    r"(?:kein\w*|nicht\w*|nie\w*|ohne|nur|bis|ab|frei\w*|kosten\w*|gratis|umsonst|not|no|never|without|only|free|until|"
    r"null|eins?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|one|two|three|four|five|six|seven|eight|nine|"
    r"ten|eleven|twelve|januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|january|"
    r"february|march|may|june|july|october|december|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
)
_MARKUP = r"\{\{.*?\}\}|\{%.*?%\}|<[^>]*>"
_FACTS = re.compile(
    rf"{_MARKUP}|(?:https?://|www\.)[^\s<>\"']+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[\w-]+(?:\.[\w-]+)*\.(?:de|com|org|net|eu|at|ch)\b|"
    rf"[€$£%§]|\bEUR\b|\d+(?:[.,:/-]\d+)*|{CLAIMS.pattern}|\b{_TURNING}\b",
    re.IGNORECASE | re.DOTALL,
)
"""What a correction must leave as it is: values, commands, tags with their links, addresses, numbers, money, claims."""


def changes(before: Words, after: Words) -> list[Finding]:
    """What is more than another spelling of ``before``; empty for a corrected typing error."""
    found: list[Finding] = []
    for field in ("subject", "preheader", "body"):
        old, new = html.unescape(getattr(before, field)), html.unescape(getattr(after, field))
        found += [
            Finding(
                "fact_changed",
                _("“%(before)s” became “%(after)s”: links, numbers, prices and values are no typing errors. "
                  "Save it as a change.") % {"before": was, "after": now},
                field=field,
            )
            for was, now in _other_facts(old, new)
        ] or [
            Finding(
                "word_changed",
                _("“%(before)s” became “%(after)s”: that is another word. Save it as a change.")
                % {"before": was, "after": now},
                field=field,
            )
            for was, now in _other_words(old, new)
        ]  # fmt: skip
    return found


def _stretches(old: list[str], new: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Where two lists differ: what stood there, and what stands there now."""
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield old[start:end], new[new_start:new_end]


def _other_facts(old: str, new: str) -> Iterator[tuple[str, str]]:
    facts = [[" ".join(match[0].split()) for match in _FACTS.finditer(said)] for said in (old, new)]
    folded = [[fact if fact[0] in "<{" or "/" in fact else fact.casefold() for fact in found] for found in facts]
    for was, now in _stretches(*folded):
        yield " ".join(was), " ".join(now)


def _other_words(old: str, new: str) -> Iterator[tuple[str, str]]:
    words = [re.findall(r"\w+", re.sub(_MARKUP, " ", said, flags=re.DOTALL).casefold()) for said in (old, new)]
    for was, now in _stretches(*words):
        pairs = list(zip(was, now, strict=True)) if len(was) == len(now) else [("".join(was), "".join(now))]
        for one, other in pairs:
            if SequenceMatcher(None, one, other, autojunk=False).ratio() < ALIKE:
                yield one, other
