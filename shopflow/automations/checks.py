"""System checks of the registered automations."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning

from shopflow.automations.definitions import missing_extensions, read
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.contracts.automations import flows
from shopflow.core.signing import MIN_SECRET


@register()
def check_flows(**kwargs: Any) -> list[CheckMessage]:
    """E001: a registered flow cannot be read. W001: it names something that is not installed."""
    found: list[CheckMessage] = []
    for flow in flows:
        try:
            definition = read(flow.define().definition)
        except DefinitionInvalid as error:
            hint = "Correct its definition; docs/extend/flow.md describes every entry."
            found.extend(
                Error(f"The automation “{flow.code}”: {problem}", hint=hint, id="shopflow_automations.E001")
                for problem in error.problems
            )
            continue
        hint = "Install the plugin that brings it, or switch the automation off; its runs would be parked."
        found.extend(
            CheckWarning(f"The automation “{flow.code}”: {problem}", hint=hint, id="shopflow_automations.W001")
            for problem in missing_extensions(definition)
        )
    return found


@register()
def check_secret(**kwargs: Any) -> list[CheckMessage]:
    """E002: the secret of calls from outside can be guessed."""
    secret = str(getattr(settings, "SHOPFLOW_EVENTS_SECRET", ""))
    if not secret or len(secret) >= MIN_SECRET:
        return []
    hint = f"Take {MIN_SECRET} random characters or more, or leave it empty to take no calls."
    return [Error("SHOPFLOW_EVENTS_SECRET is too short.", hint=hint, id="shopflow_automations.E002")]
