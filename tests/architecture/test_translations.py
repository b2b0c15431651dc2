"""Every text that people see has a German translation."""

from __future__ import annotations

import io
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import django
import oscar
import pytest
from babel.messages.pofile import read_po
from django.apps import apps
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
    """What can be looked up at run time: the catalogues of all installed apps and Django's own."""
    homes = [Path(config.path) for config in apps.get_app_configs()] + [Path(django.__file__).parent / "conf"]
    paths = [home / "locale/de/LC_MESSAGES/django.po" for home in homes]
    return {m for path in paths if path.exists() for m, complete in catalogue(path).items() if complete}


@pytest.mark.parametrize("path", own_catalogues(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_is_translated_twice_in_one_catalogue(path):
    """Of two translations one would win by chance, and other tools refuse the file."""
    entries = path.read_text(encoding="utf-8").split("\n\n")
    heads = [entry[: entry.index("\nmsgstr")] for entry in entries if "\nmsgstr" in entry]
    bare = ["\n".join(line for line in head.split("\n") if not line.startswith("#")) for head in heads]
    assert [head for head, count in Counter(bare).items() if count > 1] == []


def templates_of(tops: Iterable[Path]) -> list[Path]:
    found = [path for top in tops for suffix in ("html", "txt") for path in sorted(top.rglob(f"*.{suffix}"))]
    return [path for path in found if "templates" in path.parts]


def used(folder: Path, packages: Iterable[Path], overridden_by: Path | None = None) -> dict[Message, str]:
    """Messages in ``packages`` and where each stands first; templates that ``overridden_by`` replaces do not count."""
    files = []
    for package in packages:
        files += [p for p in sorted(package.rglob("*.py")) if "migrations" not in p.parts]
    for path in templates_of(packages):
        inside = Path(*path.parts[path.parts.index("templates") + 1 :])
        if overridden_by and (overridden_by / inside).exists():
            continue
        turned = folder.joinpath(*path.parts[1:]).with_suffix(f"{path.suffix}.py")
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
            found[(message.context or "", text)] = f"{place.removeprefix(str(folder))}:{line}"
    return found


def missing(messages: dict[Message, str]) -> list[str]:
    there = available()
    return sorted(f"{place}: {message}" for message, place in messages.items() if message not in there)


def test_every_text_is_translated_into_german(tmp_path):
    lacking = missing(used(tmp_path, [ROOT / "templates", *(ROOT / package for package in PACKAGES)]))

    assert lacking == [], f"{len(lacking)} texts have no German translation:\n" + "\n".join(lacking)


def test_every_text_of_oscar_that_we_keep_is_translated_into_german(tmp_path):
    lacking = missing(used(tmp_path, [Path(oscar.__file__).parent], overridden_by=ROOT / "templates"))

    assert lacking == [], f"{len(lacking)} texts of Oscar have no German translation:\n" + "\n".join(lacking)


def test_rooms_agree_on_a_translation():
    """Catalogues are merged: of two translations of one text only one would ever be seen."""
    said: dict[Message, dict[str, str]] = {}
    for path in own_catalogues():
        with path.open("rb") as stream:
            for message in read_po(stream, locale="de"):
                if message.id:
                    text = message.id[0] if isinstance(message.id, tuple) else message.id
                    room = str(path.relative_to(ROOT)).split("/locale")[0]
                    said.setdefault((message.context or "", text), {})[room] = str(message.string)

    assert {message: rooms for message, rooms in said.items() if len(set(rooms.values())) > 1} == {}


@pytest.mark.parametrize("path", own_catalogues(), ids=lambda path: str(path.relative_to(ROOT)))
def test_translations_keep_their_placeholders(path):
    with path.open("rb") as stream:
        problems = [f"{message.id!r}: {error}" for message in read_po(stream, locale="de") for error in message.check()]

    assert problems == []
