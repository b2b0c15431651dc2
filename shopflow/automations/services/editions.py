"""Which words a run's mail carries: its language, and the edition of the text that the run is bound to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings as django_settings

from shopflow.automations.pins import TEXTS, text_key
from shopflow.automations.services.languages import language_of
from shopflow.contracts.automations import RunContext
from shopflow.mailing.composing import SHIPPED
from shopflow.mailing.queries import text_in_use

Written = Callable[[str, str], bool]


def _is_written(template: str, language: str) -> bool:
    return text_in_use(template, language) is not None


def language_for(
    context: RunContext, template: str, settings: Mapping[str, Any], *, is_written: Written = _is_written
) -> str:
    """The step's language; else the person's own, if the shop speaks it; else the shop's.

    Also the shop's where staff have put words of their own in place of the shipped text, and none in that language.
    ``is_written`` says whether staff's words are in use for a template and a language.
    """
    if settings.get("language"):
        return str(settings["language"])
    shops = django_settings.LANGUAGE_CODE
    own = language_of(context.text("email")) or shops
    if own == shops or own not in dict(django_settings.LANGUAGES) or context.text("text_template") == template:
        return shops
    bound = context.pinned(TEXTS, text_key(template, shops))
    rewritten = bound != SHIPPED if bound else is_written(template, shops)
    return shops if rewritten and not is_written(template, own) else own


def edition_for(context: RunContext, template: str, language: str) -> str:
    """The edition of the text that this run sends; empty for the newest."""
    if context.text("text_template") == template:
        return context.text("text_hash")
    return str(context.pinned(TEXTS, text_key(template, language)) or "")
