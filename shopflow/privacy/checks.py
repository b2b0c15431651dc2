"""Periods that the shop has set must be possible, and as long as the law demands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from shopflow.contracts.retention import retentions
from shopflow.privacy.sweeping import period_of

HINT = "Set SHOPFLOW_RETENTION to JSON such as {“advertising_mails”: 730}; docs/operate/retention.md lists the codes."


@register()
def periods(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Each entry names something that is kept, and a number of days or years."""
    chosen = getattr(settings, "SHOPFLOW_RETENTION", {})
    if not isinstance(chosen, dict):
        return [Error("SHOPFLOW_RETENTION is no JSON object.", hint=HINT, id="shopflow.privacy.E001")]
    return [
        Error(f"SHOPFLOW_RETENTION: {problem}", hint=HINT, id="shopflow.privacy.E001")
        for code, number in chosen.items()
        if (problem := _problem(code, number))
    ]


def _problem(code: str, number: Any) -> str:
    if code not in retentions:
        return f"nothing that is kept has the code “{code}”."
    if type(number) is not int or number < 1:
        return f"“{code}” needs a whole number, 1 or more."
    try:
        period_of(retentions.get(code))
    except ValueError as error:
        return str(error)
    return ""
