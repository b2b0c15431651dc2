"""Choices in place of codes, where people fill in the form of a mail; stored settings are read without them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shopflow.audience.purposes import purposes
from shopflow.automations.forms.settings import SendingForm
from shopflow.contracts.mail import legal_bases, mail_contexts
from shopflow.mailing.texts import shipped

_FILLED_IN = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


def with_choices(form: forms.BaseForm) -> forms.BaseForm:
    """The same form; where it asks for what a mail is, it offers what there is."""
    if not isinstance(form, SendingForm):
        return form
    _choose(form, "template", _templates(get_language() or settings.LANGUAGE_CODE))
    _choose(form, "purpose", purposes.choices())
    _choose(form, "basis", legal_bases.choices())
    _choose(form, "language", settings.LANGUAGES, empty=_("the person's own"))
    if not form["mail_class"].value():
        form.fields["mail_class"].choices = [("", "–"), *form.fields["mail_class"].choices]  # type: ignore[attr-defined]
    for name in ("contexts", "attach"):
        if name in form.fields:
            field: Any = form.fields[name]
            field.prepare_value = lambda value: value
            field.widget = forms.CheckboxSelectMultiple(choices=mail_contexts.choices())
    return form


def _choose(form: forms.BaseForm, name: str, offered: Iterable[tuple[str, Any]], empty: str = "–") -> None:
    """Offer values for a field; one that is stored and not among them, such as a name with a field in it, stays."""
    if name not in form.fields:
        return
    held = str(form[name].value() or "")
    found = [("", empty), *offered]
    if held not in dict(found):
        found.append((held, held))
    form.fields[name].widget = forms.Select(choices=found)


@lru_cache(maxsize=8)
def _templates(language: str) -> list[tuple[str, str]]:
    """Every mail by its subject."""
    return sorted(((code, _subject(code, language)) for code in shipped.codes()), key=lambda pair: pair[1].casefold())


def _subject(code: str, language: str) -> str:
    try:
        subject = _FILLED_IN.sub("…", shipped.words(code, language).subject)
    except shipped.NotEditable:
        return code
    return f"{subject} ({code})" if subject else code
