"""Turning a template and a context into subject, HTML and text."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from shopflow.mailing.inlining import inline_styles
from shopflow.mailing.letterhead import Letterhead
from shopflow.mailing.models import MailText
from shopflow.mailing.texts.plaintext import text_of
from shopflow.mailing.texts.rendering import render_text
from shopflow.mailing.texts.shipped import Words
from shopflow.mailing.texts.spoken import spoken

logger = logging.getLogger("shopflow.mailing")

_GAP = re.compile(r"\n\s*\n\s*\n")
"""What is left in a text where parts say nothing."""

SHIPPED = "shipped"
"""The edition of the shipped text, where one of staff's texts could be named."""


@dataclass(frozen=True)
class Content:
    """A rendered mail. ``html`` has its styles inlined and may be empty; ``text_hash`` names staff's words, if any."""

    subject: str
    html: str
    text: str
    text_hash: str = ""


def one_line(subject: str) -> str:
    """A subject without line breaks, at most 255 characters."""
    return " ".join(subject.split())[:255]


def shared_context(*, mail_class: str) -> dict[str, Any]:
    """What ``mail/base.html`` needs in every mail: the seller, the shop's address, whether it is advertising."""
    return Letterhead().shared(mail_class)


def compose(
    template: str,
    *,
    context: Mapping[str, Any],
    language: str,
    text_hash: str = "",
    letterhead: Letterhead | None = None,
) -> Content:
    """The mail ``template`` in ``language``: in staff's words where they have written some, else as shipped.

    With ``text_hash`` that edition of staff's words, or SHIPPED, with typing errors corrected. Raises
    TemplateDoesNotExist if a part is missing.
    """
    text = (letterhead or Letterhead()).text(template, language, text_hash)
    with translation.override(language):
        full = {**context, "LANGUAGE_CODE": language}
        if text is not None:
            try:
                return _edited(text, full)
            except Exception:  # an order must be confirmed in any case
                logger.exception("The text %s cannot be rendered; the shipped one goes out", text)
        return _shipped(template, full)


def compose_words(template: str, *, words: Words | None, context: Mapping[str, Any], language: str) -> Content:
    """The mail ``template`` with ``words``, as for a preview; with None as shipped."""
    with translation.override(language):
        full = {**context, "LANGUAGE_CODE": language}
        if words is None:
            return _shipped(template, full)
        text = MailText(code=template, subject=words.subject, preheader=words.preheader, body=words.body)
        text.text = text_of(words.body)
        return _edited(text, full)


def _edited(text: MailText, context: Mapping[str, Any]) -> Content:
    words = {"subject": text.subject, "preheader": text.preheader, "body": text.body, "text": text.text}
    found = render_text(text.code, **words, context=context)
    return Content(one_line(found.subject), inline_styles(found.html), found.text.strip() + "\n", text.content_hash)


def _shipped(template: str, context: Mapping[str, Any]) -> Content:
    subject = one_line(_plain(f"mail/{template}/subject.txt", context))
    full = {**context, "subject": subject}
    body: Any = get_template(f"mail/{template}/body.html")
    html = spoken(body.template).render(Context(full))
    text = _GAP.sub("\n\n", _plain(f"mail/{template}/body.txt", full))
    return Content(subject, inline_styles(html), text.strip() + "\n")


def _plain(name: str, context: Mapping[str, Any]) -> str:
    """Render a text template as text: an ampersand in a product's name stays one."""
    template: Any = get_template(name)
    return str(spoken(template.template, autoescape=False).render(Context(dict(context), autoescape=False)))
