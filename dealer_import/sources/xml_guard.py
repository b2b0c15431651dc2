"""XML that comes from strangers: what is refused before it can do harm, and what real catalogues may contain.

General entities are refused where they are declared (external ones read files, nested ones grow without bounds), and
nothing is ever fetched. A DOCTYPE with an external DTD and an internal subset with parameter entities are part of
real BMEcat files; they are accepted and ignored. Depth, texts, records and single tags have limits, so that time and
memory stay within bounds.
"""

from __future__ import annotations

from collections.abc import Callable
from html.entities import name2codepoint
from typing import Any
from xml.parsers import expat

from dealer_import.sentences import say as _
from shopflow.contracts.imports import FileRefused

MAX_DEPTH = 64
MAX_TOKEN = 4 << 20
"""Bytes of one tag or comment; expat reads an unfinished one again with every chunk."""
CHUNK = 1 << 17

_CUT_OFF = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)
_INVALID = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]


def guarded_parser(text: Callable[[str], None], encoding: str | None = None) -> Any:
    """An expat parser without general entities and external fetches; ``text`` gets character data.

    ``encoding`` counts instead of what the file declares.

    An entity that an unread DTD may declare is not dropped in silence: the names that HTML knows give their character,
    any other refuses the file.
    """
    parser = expat.ParserCreate(encoding)
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.buffer_text = True
    parser.buffer_size = 1 << 16

    def declared(name: str, is_parameter: bool, *rest: Any) -> None:
        if not is_parameter:
            raise _entity(name)

    def skipped(name: str, is_parameter: bool) -> None:
        if is_parameter:
            return
        if name not in name2codepoint:
            raise _entity(name)
        text(chr(name2codepoint[name]))

    parser.EntityDeclHandler = declared
    parser.SkippedEntityHandler = skipped
    parser.CharacterDataHandler = text
    return parser


def feed(parser: Any, data: bytes, fed: int) -> None:
    """Give ``parser`` the next bytes, ``fed`` of them in all; raises :class:`FileRefused` for what is no XML."""
    last = not data
    try:
        parser.Parse(data, last)
    except expat.ExpatError as error:
        at = parser.ErrorByteIndex - (fed - len(data))
        raise _broken(error, data[max(0, at) :][:8], cut_off=last and error.code in _CUT_OFF) from None
    except (ValueError, LookupError) as error:
        raise FileRefused(
            "encoding", _("The file declares an encoding that cannot be read (%(error)s).") % {"error": error}
        ) from None
    if fed - parser.CurrentByteIndex > MAX_TOKEN:
        raise FileRefused("not_xml", _("A tag or comment is longer than four megabytes: this is no catalogue."))


def too_deep() -> FileRefused:
    return FileRefused(
        "xml_depth", _("Elements are nested deeper than %(max)s levels: this is no catalogue.") % {"max": MAX_DEPTH}
    )


def _entity(name: str) -> FileRefused:
    return FileRefused(
        "xml_entity",
        _("The file uses the entity “%(name)s”. Entities are a way into other systems; export the file without them.")
        % {"name": name[:40]},
    )


def _broken(error: expat.ExpatError, around: bytes, *, cut_off: bool) -> FileRefused:
    if cut_off:
        return FileRefused("incomplete_file", _("The file ends in the middle. Transfer it again."))
    if error.code == _INVALID and not _is_utf8(around):
        return FileRefused(
            "encoding",
            _("Line %(line)s holds bytes that do not fit the encoding that the file declares. Export it again.")
            % {"line": error.lineno},
        )
    return FileRefused(
        "not_xml",
        _("Line %(line)s, column %(column)s is no XML (%(error)s). Export the file again.")
        % {"line": error.lineno, "column": error.offset + 1, "error": expat.ErrorString(error.code)},
    )


def _is_utf8(around: bytes) -> bool:
    """Whether ``around`` begins with valid UTF-8; it may be cut off."""
    try:
        around.decode("utf-8")
    except UnicodeDecodeError as problem:
        return problem.start > 0 or problem.reason == "unexpected end of data"
    return True
