"""Words and links that make a mail advertising, and the templates that must do without them.

A mail that is advertising in any part needs consent as a whole (BGH VI ZR 134/15, VI ZR 225/17). A template that is
meant to advertise says so in the first line of its HTML: ``{# advertising #}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from shopflow.mailing.texts.shipped import ADVERTISING as MARK
from shopflow.mailing.texts.shipped import is_marked

ADVERTISING = re.compile(
    r"gutschein|rabatt|newsletter|das könnte|utm_|sonderangebot|aktionspreis|schnäppchen|jetzt sparen|"
    r"passend dazu|kunden kauften|wir empfehlen ihnen|empfohlene (?:artikel|produkte)|folgen sie uns|"
    r"voucher|coupon|you might also like|customers also bought|we recommend|special offer|follow us|"
    r"(?:facebook|instagram|linkedin|pinterest|tiktok|twitter)\.com",
    re.IGNORECASE,
)
PARTS = ("subject.txt", "body.html", "body.txt")


def advertising_words(text: str) -> list[str]:
    """The advertising words in ``text``, as they stand there, each once, sorted."""
    return sorted({match.group() for match in ADVERTISING.finditer(text)})


def is_advertising_template(template: str) -> bool:
    """Whether ``templates/mail/<template>/body.html`` is marked as advertising."""
    return is_marked(template, MARK)


def offences(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """Files of unmarked templates below ``folder`` (one sub-folder a template) that hold advertising words."""
    for body in sorted(folder.glob("*/body.html")):
        if body.read_text(encoding="utf-8").lstrip().startswith(MARK):
            continue
        for part in PARTS:
            path = body.with_name(part)
            words = advertising_words(path.read_text(encoding="utf-8")) if path.exists() else []
            if words:
                yield path, words
