"""Part numbers: from the spelling that was delivered to the key that identifies the part.

The rule is the same wherever a number is read: in an import, in the search box, in an OE list. Unicode NFKC, blanks,
dashes, dots and slashes removed, upper case, leading zeros kept; the letter O is not the digit 0.
"""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.parts import NumberRule, number_rules

MAX_LENGTH = 64
"""Longest number and key that the tables hold."""

_ASCII_NOISE = str.maketrans("", "", " -./\t")
_NOISE = re.compile(r"[\s./\\\-\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212\ufeff]+")
_PRINTED = re.compile(r"([A-Z])[ \u00a0.-]*(\d{3})[ \u00a0.-](\d{3})[ \u00a0.-](\d{2})[ \u00a0.-](\d{2})$")


def number_key(display: str) -> str:
    """The key of a part number: ``" 1n0 000.013-AC"`` → ``"1N0000013AC"``. Empty when nothing remains."""
    if display.isascii():
        key = display.translate(_ASCII_NOISE).upper()
        return key if key.isalnum() else _NOISE.sub("", key)
    joined = _NOISE.sub("", unicodedata.normalize("NFKC", display)).upper()
    return _NOISE.sub("", unicodedata.normalize("NFKC", joined))


def brand_key(display: str, rule: str = "") -> str:
    """The key by the brand's own ``rule`` (a registered code), or by the general rule when it has none.

    Raises :class:`~shopflow.contracts.registry.UnknownCode` for a rule that is not installed.
    """
    return number_rules.get(rule).key(display) if rule else number_key(display)


def possible_keys(display: str) -> set[str]:
    """Every key that what somebody typed may stand for: nobody types the brand, so each brand's rule is asked."""
    return {rule.key(display) for rule in number_rules} - {""}


class PlainNumber(NumberRule):
    """The general rule."""

    code = "plain"
    label = _("general rule: separators removed, upper case")

    def key(self, display: str) -> str:
        return number_key(display)


class PrintAndSortNumber(NumberRule):
    """One part, two orders: printed ``A 000 470 03 20`` and sorted ``A4702000003`` give the same key.

    Only the printed form can be told by its groups (3-3-2-2); an ungrouped number counts as sorted.
    """

    code = "print_and_sort_number"
    label = _("printed and sorted form of one number")

    def key(self, display: str) -> str:
        text = unicodedata.normalize("NFKC", display).strip().upper()
        printed = _PRINTED.match(text)
        if printed is None:
            return number_key(text)
        letter, design, group, variant, sub = printed.groups()
        return f"{letter}{group}{sub}{design}{variant}"
