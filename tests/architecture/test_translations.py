"""Every text that people see has a German translation."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import django
import oscar
import pytest
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("shopflow", "oscar_ext", "dealer_import")
KEYWORDS = [
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext:1,2",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "pgettext_lazy:1c,2",
    "npgettext:1c,2,3",
    "npgettext_lazy:1c,2,3",
    "_",
]
Message = tuple[str, str]
"""Context and text."""


def catalogue(path: Path) -> dict[Message, bool]:
    """The messages of a ``.po`` file, and whether each is translated in all its forms."""
    found = {}
    with path.open("rb") as stream:
        for message in read_po(stream, locale="de"):
            if message.id:
                text = message.id[0] if isinstance(message.id, tuple) else message.id
                forms = message.string if isinstance(message.string, tuple | list) else [message.string]
                found[(message.context or "", text)] = all(forms) and not message.fuzzy
    return found


def own_catalogues() -> list[Path]:
    return [po for package in PACKAGES for po in sorted((ROOT / package).rglob("locale/de/LC_MESSAGES/*.po"))]


def available() -> set[Message]:
    """What can be looked up at run time: our catalogues, Oscar's and Django's."""
    paths = own_catalogues()
    for library in (oscar, django):
        home = Path(library.__file__).parent
        paths += sorted(home.rglob("locale/de/LC_MESSAGES/django.po"))
    return {message for path in paths for message, complete in catalogue(path).items() if complete}


def used(folder: Path) -> dict[Message, str]:
    """Messages in our code and templates, and where each stands first."""
    files = []
    for package in PACKAGES:
        files += [p for p in sorted((ROOT / package).rglob("*.py")) if "migrations" not in p.parts]
    templates = [ROOT / "templates", *(ROOT / package for package in PACKAGES)]
    for top in templates:
        for suffix in ("html", "txt"):
            for path in sorted(top.rglob(f"*.{suffix}")):
                if top.name != "templates" and "templates" not in path.parts:
                    continue
                turned = folder / path.relative_to(ROOT).with_suffix(f".{suffix}.py")
                turned.parent.mkdir(parents=True, exist_ok=True)
                turned.write_text(templatize(path.read_text(), origin=str(path)))
                files.append(turned)
    names = folder / "files"
    names.write_text("\n".join(str(path) for path in files))
    output = folder / "found.po"
    command = [
        "xgettext",
        "--language=Python",
        "--from-code=UTF-8",
        "--force-po",
        f"--files-from={names}",
        "-o",
        output,
    ]
    done = subprocess.run([*command, *(f"--keyword={word}" for word in KEYWORDS)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = {}
    template = output.read_text().replace("nplurals=INTEGER; plural=EXPRESSION", "nplurals=2; plural=(n != 1)")
    for message in read_po(io.StringIO(template)):
        if message.id:
            text = message.id[0] if isinstance(message.id, tuple) else message.id
            place, line = message.locations[0]
            found[(message.context or "", text)] = f"{place.replace(str(folder), '').replace(str(ROOT), '')}:{line}"
    return found


def test_every_text_is_translated_into_german(tmp_path):
    there = available()
    missing = [
        f"{place}: {text!r}" for (context, text), place in used(tmp_path).items() if (context, text) not in there
    ]

    assert missing == [], f"{len(missing)} texts have no German translation:\n" + "\n".join(sorted(missing))


@pytest.mark.parametrize("path", own_catalogues(), ids=lambda path: str(path.relative_to(ROOT)))
def test_translations_keep_their_placeholders(path):
    with path.open("rb") as stream:
        problems = [f"{message.id!r}: {error}" for message in read_po(stream, locale="de") for error in message.check()]

    assert problems == []
