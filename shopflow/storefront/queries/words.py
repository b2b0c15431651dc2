"""How words and numbers are compared: lower case, no accents, no punctuation; the same in Python and in SQL."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db import connection

from shopflow.parts.numbers import number_key

FOLD, NUMBER_KEY = "shopflow_fold", "shopflow_number_key"
"""Names of the functions on SQLite."""

ACCENTS = str.maketrans("äöüÄÖÜéèêëÉÈáàâÁÀíìîóòôøúùûñçåÅ", "aouAOUeeeeEEaaaAAiiioooouuuncaA")
PUNCTUATION = "-/.,;:()[]{}_+\"'<>&=*#|!?\\~^@%„“”‚‘’«»·•–—®™°\t\r\n"
STOP_WORDS = frozenset(
    {"der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "eines", "und", "oder", "fur", "mit"}
    | {"von", "zu", "zum", "zur", "im", "in", "am", "an", "auf", "bei", "the", "a", "and", "or", "for", "with", "of"}
)
ENDINGS = ("ern", "en", "er", "es", "em", "e", "n", "s")

_NOT_WORD = re.compile(r"[^0-9a-z]+")


def fold(text: str) -> str:
    """``text`` in lower case, accents and umlauts taken off, ß as ss, punctuation as blanks."""
    return " ".join(text.translate(ACCENTS).replace("ß", "ss").lower().translate(_BLANKS).split())


def words_of(text: str) -> list[str]:
    """The searched words of ``text``, folded, without filling words; all of them if there are only filling words."""
    words = [word for word in _NOT_WORD.split(fold(text)) if word]
    return [word for word in words if word not in STOP_WORDS] or words


def stem(word: str) -> str:
    """``word`` without its German ending, for a search by beginning; short words and those with digits stay whole."""
    if len(word) < 6 or not word.isalpha():
        return word
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def spellings(word: str) -> list[str]:
    """``word`` and, where it may be a written-out umlaut (“oelfilter”), the word with its base letter."""
    other = word.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    return [word] if other == word else [word, other]


def fold_sql(expression: str) -> str:
    """SQL that folds ``expression`` as :func:`fold` does.

    On PostgreSQL a chain of ``replace`` takes a fifth of the time of one ``translate``, which compares every character
    with every one of its list.
    """
    if connection.vendor != "postgresql":
        return f"{FOLD}({expression})"
    folded = expression
    for code, base in [*ACCENTS.items(), (ord("ß"), "ss")]:
        folded = f"replace({folded}, {_quoted(chr(code))}, {_quoted(base if isinstance(base, str) else chr(base))})"
    blanks = "".join(f"\\{sign}" if sign in "\\]^-[" else sign for sign in PUNCTUATION)
    return f"trim(regexp_replace(lower({folded}), {_quoted(f'[{blanks} ]+')}, ' ', 'g'))"


def number_key_sql(expression: str) -> str:
    """SQL for ``shopflow.parts.numbers.number_key``; on PostgreSQL for the separators that are typed."""
    if connection.vendor != "postgresql":
        return f"{NUMBER_KEY}({expression})"
    return f"upper(translate({expression}, {_quoted(' -./' + chr(92) + chr(9))}, ''))"


def teach_sqlite(connection: Any, **kwargs: Any) -> None:
    """Give a new SQLite connection the two functions; receiver of ``connection_created``."""
    if connection.vendor == "sqlite":
        for name, function in ((FOLD, fold), (NUMBER_KEY, number_key)):
            connection.connection.create_function(name, 1, _or_null(function), deterministic=True)


def _or_null(function: Callable[[str], str]) -> Callable[[str | None], str | None]:
    return lambda text: None if text is None else function(str(text))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_BLANKS = str.maketrans(dict.fromkeys(PUNCTUATION, " "))
