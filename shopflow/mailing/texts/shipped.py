"""The shipped templates: which there are, and their words in one language as a text that staff can edit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.template import engines
from django.template.base import Lexer, Token, TokenType
from django.template.loader import get_template
from django.utils import translation
from django.utils.text import smart_split
from django.utils.translation import gettext, pgettext, trim_whitespace

ADVERTISING = "{# advertising #}"
FIXED = "{# fixed #}"
"""First line of a template whose words the law prescribes: staff cannot change them."""

_KEPT = frozenset({"if", "elif", "else", "endif", "for", "empty", "endfor", "with", "endwith", "firstof"})
_TRANSLATE = frozenset({"translate", "trans"})
_BLOCK = frozenset({"blocktranslate", "blocktrans"})
_SIMPLE_BODY = re.compile(r"\n{3,}")


class NotEditable(Exception):
    """The template does more than the language of texts can say."""


@dataclass(frozen=True)
class Words:
    """A text: its subject, the line that mailboxes show beside it, and the body."""

    subject: str
    preheader: str
    body: str


def codes() -> list[str]:
    """All templates: folders below ``mail/`` with a ``body.html``, of the shop and of plugins."""
    folders = [Path(folder) / "mail" for folder in engines["django"].template_dirs]
    return sorted({path.parent.name for folder in folders for path in folder.glob("*/body.html")})


def source(name: str) -> str:
    """The source of the template file ``name``; TemplateDoesNotExist if there is none."""
    return str(get_template(name).template.source)  # type: ignore[attr-defined]


def is_marked(code: str, mark: str) -> bool:
    """Whether the first line of the template's HTML says ``mark``."""
    return source(f"mail/{code}/body.html").lstrip().startswith(mark)


def words(code: str, language: str) -> Words:
    """The shipped words of ``code`` in ``language``. Raises NotEditable."""
    if is_marked(code, FIXED):
        raise NotEditable(code)
    with translation.override(language):
        subject = _said(_tokens(f"mail/{code}/subject.txt"))
        blocks = _blocks(_tokens(f"mail/{code}/body.html"))
        body = _said(blocks.get("body", []))
        preheader = _said(blocks.get("preheader", []))
    return Words(" ".join(subject.split()), " ".join(preheader.split()), _tidy(body))


@lru_cache(maxsize=256)
def parts(code: str) -> Mapping[str, str]:
    """The parts that the template includes, by name: ``order`` is ``mail/order_status_parts/order``."""
    found = {}
    for token in _tokens(f"mail/{code}/body.html"):
        name = _included(token)
        if name:
            found[Path(name).stem] = name.rpartition(".")[0]
    return found


def _tokens(name: str) -> list[Token]:
    return Lexer(source(name)).tokenize()


def _command(token: Token) -> str:
    return token.contents.split(None, 1)[0] if token.token_type == TokenType.BLOCK else ""


def _included(token: Token) -> str:
    if _command(token) != "include":
        return ""
    found = re.fullmatch(r"include [\"'](mail/[a-z_]+_parts/[a-z_]+\.(?:html|txt))[\"']", token.contents)
    return found[1] if found else ""


def _blocks(tokens: list[Token]) -> dict[str, list[Token]]:
    found: dict[str, list[Token]] = {}
    current = ""
    for token in tokens:
        if _command(token) == "block":
            current = token.contents.split()[1]
            found[current] = []
        elif _command(token) == "endblock":
            current = ""
        elif current:
            found[current].append(token)
    return found


def _said(tokens: list[Token]) -> str:
    """The tokens as text of the small language, translated."""
    return "".join(_saying(iter(tokens)))


def _saying(tokens: Iterator[Token]) -> Iterator[str]:
    for token in tokens:
        command = _command(token)
        if token.token_type == TokenType.TEXT:
            yield token.contents
        elif token.token_type == TokenType.VAR:
            yield f"{{{{ {token.contents} }}}}"
        elif command in _TRANSLATE:
            yield _translated(token)
        elif command in _BLOCK:
            yield _translated_block(token, tokens)
        elif _included(token):
            yield f'{{% part "{Path(_included(token)).stem}" %}}'
        elif command in _KEPT:
            yield f"{{% {token.contents} %}}"
        elif command and command != "load":
            raise NotEditable(command)


def _translated(token: Token) -> str:
    bits = list(smart_split(token.contents))[1:]
    if not bits or bits[0][0] not in "\"'" or "as" in bits:
        raise NotEditable(token.contents)
    if len(bits) == 3 and bits[1] == "context":
        return pgettext(bits[2][1:-1], bits[0][1:-1])
    return gettext(bits[0][1:-1])


def _translated_block(token: Token, tokens: Iterator[Token]) -> str:
    options = list(smart_split(token.contents))[1:]
    if {"count", "asvar", "context"} & set(options):
        raise NotEditable(token.contents)
    names = dict(option.split("=", 1) for option in options if "=" in option)
    said, values = [], {}
    for inner in tokens:
        if inner.token_type == TokenType.BLOCK:
            break
        if inner.token_type == TokenType.VAR:
            values[inner.contents] = f"{{{{ {names.get(inner.contents, inner.contents)} }}}}"
            said.append(f"%({inner.contents})s")
        else:
            said.append(inner.contents.replace("%", "%%"))
    message = trim_whitespace("".join(said)) if "trimmed" in options else "".join(said)
    return gettext(message) % values


def _tidy(body: str) -> str:
    """Without the indentation of the file and runs of empty lines."""
    lines = [line.rstrip() for line in body.strip("\n").splitlines()]
    depth = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return _SIMPLE_BODY.sub("\n\n", "\n".join(line[depth:] for line in lines)).strip() + "\n"
