"""What a version binds of what staff write elsewhere: the texts of its mails and the expressions of its segments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings

from shopflow.audience.models import Segment
from shopflow.automations.definitions import Act, Definition
from shopflow.automations.definitions.mentions import TEMPLATE, templates_of
from shopflow.automations.definitions.references import asked
from shopflow.automations.models import FlowVersion
from shopflow.contracts.types import JSONDict
from shopflow.mailing.composing import SHIPPED
from shopflow.mailing.queries import editions_in_use

TEXTS, SEGMENTS = "texts", "segments"
IN_SEGMENT = "in_segment"


@dataclass(frozen=True)
class Changed:
    """What differs from a version: ``texts`` as template and language, ``segments`` by their labels."""

    texts: list[tuple[str, str]]
    segments: list[str]


def text_key(template: str, language: str) -> str:
    """What the text of a mail is called in ``FlowVersion.pins``."""
    return f"{template}/{language}"


def pins_of(definition: Definition) -> JSONDict:
    """The texts and segments that ``definition`` names, as they are now."""
    wanted = sorted(set(_texts(definition)))
    codes = {str(leaf.settings.get("segment", "")) for leaf in asked(definition) if leaf.condition == IN_SEGMENT}
    return {
        TEXTS: {text_key(*text): edition for text, edition in _editions(wanted)},
        SEGMENTS: {segment.code: segment.expression for segment in _segments(codes)},
    }


def changed_since(version: FlowVersion) -> Changed:
    """What staff have written anew since ``version`` was published; nothing for one that takes the newest."""
    texts, segments = version.pins.get(TEXTS, {}), version.pins.get(SEGMENTS, {})
    names = [(template, language) for template, _slash, language in (key.rpartition("/") for key in texts)]
    return Changed(
        [text for text, edition in _editions(names) if texts[text_key(*text)] != edition],
        [segment.label for segment in _segments(segments) if segments[segment.code] != segment.expression],
    )


def _texts(definition: Definition) -> Iterator[tuple[str, str]]:
    for act in definition.steps:
        if isinstance(act, Act) and TEMPLATE in act.settings:
            language = str(act.settings.get("language") or settings.LANGUAGE_CODE)
            yield from ((template, language) for template in templates_of(act, definition))


def _editions(texts: Iterable[tuple[str, str]]) -> list[tuple[tuple[str, str], str]]:
    wanted = list(texts)
    used = editions_in_use({template for template, _language in wanted}) if wanted else {}
    return [(text, used.get(text, SHIPPED)) for text in wanted]


def _segments(codes: Iterable[str]) -> list[Segment]:
    """Those of ``codes`` that go by an expression; lists that staff keep by hand have none."""
    wanted = list(codes)
    return list(Segment.objects.filter(code__in=wanted).exclude(kind=Segment.Kind.STATIC)) if wanted else []
