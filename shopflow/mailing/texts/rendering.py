"""A mail from a text that staff have written: their words within the shipped frame.

The frame is the shipped template with its body replaced, so that sender, imprint, the reason for advertising and the
link to unsubscribe stay whatever staff write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.template import Context, Template, engines
from django.template.loader import get_template
from django.utils.safestring import mark_safe

from shopflow.mailing.texts import language, samples, shipped
from shopflow.mailing.texts.spoken import spoken

_HTML_FRAME = (
    '{{% extends "mail/{code}/body.html" %}}{{% block preheader %}}{{{{ edited_preheader }}}}{{% endblock %}}'
    "{{% block body %}}{{{{ edited_body }}}}{{% endblock %}}"
)
_TEXT_FRAME = '{{% extends "mail/{code}/body.txt" %}}{{% block body %}}{{{{ edited_body }}}}{{% endblock %}}'


@dataclass(frozen=True)
class Rendered:
    """The three parts of a mail; the HTML before its styles are inlined."""

    subject: str
    html: str
    text: str


@cache
def _frame(code: str, kind: str) -> Template:
    source = (_HTML_FRAME if kind == "html" else _TEXT_FRAME).format(code=code)
    backend: Any = engines["django"].from_string(source)
    return backend.template  # type: ignore[no-any-return]


def render_text(
    code: str, *, subject: str, preheader: str, body: str, text: str, context: Mapping[str, Any]
) -> Rendered:
    """The mail ``code`` with these words in place of the shipped ones; the caller sets the language."""
    values = _plain_values(code, (subject, preheader, body), context)
    say = partial(language.render, values=values)
    subject_line = say(subject, part=_no_part, autoescape=False)
    full = {**context, "subject": " ".join(subject_line.split())}
    full["edited_preheader"] = mark_safe(say(preheader, part=_no_part))
    html_body = say(body, part=partial(_part, code, "html", context))
    html = spoken(_frame(code, "html")).render(Context({**full, "edited_body": mark_safe(html_body)}))
    text_body = say(text, part=partial(_part, code, "txt", context), autoescape=False)
    said = spoken(_frame(code, "txt"), autoescape=False)
    plain = said.render(Context({**full, "edited_body": text_body}, autoescape=False))
    return Rendered(str(full["subject"]), str(html), re.sub(r"\n[ \t]*(?:\n[ \t]*){2,}", "\n\n", str(plain)))


def _plain_values(code: str, sources: tuple[str, ...], context: Mapping[str, Any]) -> dict[str, Any]:
    declared = samples.sample(code)
    used = frozenset[str]().union(*map(language.names_in, sources))
    return {name: language.plain(declared[name], context.get(name)) for name in used if name in declared}


def _no_part(name: str) -> str:
    return ""


def _part(code: str, kind: str, context: Mapping[str, Any], name: str) -> str:
    """A piece that the shipped template includes, rendered by the shop's own engine with everything it needs."""
    template: Any = get_template(f"{shipped.parts(code)[name]}.{kind}")
    return str(template.template.render(Context(dict(context), autoescape=kind == "html")))
