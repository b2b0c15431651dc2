"""Turning a template and a context into subject, HTML and text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import css_inline
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import translation

from shopflow.contracts.mail import MailClass
from shopflow.core.queries import seller
from shopflow.mailing.links import site_url


@dataclass(frozen=True)
class Content:
    """A rendered mail. ``html`` has its styles inlined and may be empty."""

    subject: str
    html: str
    text: str


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def inline_styles(html: str) -> str:
    """Write the rules of ``<style>`` into ``style`` attributes; media queries stay where they are."""
    return _inliner().inline(html) if html.strip() else ""


def one_line(subject: str) -> str:
    """A subject without line breaks, at most 255 characters."""
    return " ".join(subject.split())[:255]


def shared_context(*, mail_class: str) -> dict[str, Any]:
    """What ``mail/base.html`` needs in every mail: the seller, the shop's address, whether it is advertising."""
    return {
        "seller": seller(),
        "site_url": site_url(),
        "mail_class": mail_class,
        "is_advertising": mail_class == MailClass.ADVERTISING,
    }


def compose(template: str, *, context: Mapping[str, Any], language: str) -> Content:
    """Render ``templates/mail/<template>/`` in ``language``. Raises TemplateDoesNotExist if a part is missing."""
    with translation.override(language):
        subject = one_line(_plain(f"mail/{template}/subject.txt", context))
        full = {**context, "subject": subject, "LANGUAGE_CODE": language}
        html = render_to_string(f"mail/{template}/body.html", full)
        text = _plain(f"mail/{template}/body.txt", full)
    return Content(subject, inline_styles(html), text.strip() + "\n")


def _plain(name: str, context: Mapping[str, Any]) -> str:
    """Render a text template as text: an ampersand in a product's name stays one."""
    template: Any = get_template(name)
    return str(template.template.render(Context(dict(context), autoescape=False)))
