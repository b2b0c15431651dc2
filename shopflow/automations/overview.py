"""Every registered flow at a glance, for people who run the shop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from shopflow.contracts.automations import FlowDefinition, flows
from shopflow.contracts.mail import MailClass

HEAD = ("Automation", "Code", "Beginnt mit", "Grundlage", "Anfangs an", "E-Mails")


@dataclass(frozen=True)
class FlowRow:
    """One flow. ``bases`` say what its mails rest on: a mail class, or purpose and basis of advertising."""

    label: str
    code: str
    trigger: str
    bases: tuple[str, ...]
    enabled: bool
    templates: tuple[str, ...]


def flow_rows(language: str = "de") -> list[FlowRow]:
    """All flows by code, in ``language``."""
    with translation.override(language):
        return [_row(flow.define()) for flow in flows]


def flow_table() -> str:
    """The rows as a Markdown table in German, as ``docs/operate/flows.md`` shows it."""
    lines = [_line(HEAD), _line(["---"] * len(HEAD))]
    for row in flow_rows():
        mails = ", ".join(f"`{code}`" for code in row.templates) or "–"
        bases = ", ".join(row.bases) or "–"
        on = "ja" if row.enabled else "nein"
        lines.append(_line([row.label, f"`{row.code}`", f"`{row.trigger}`", bases, on, mails]))
    return "\n".join(lines) + "\n"


def templates_of(definition: Mapping[str, Any]) -> list[str]:
    """Templates of the mails to the run's person, in order, each once; may hold ``{fields}`` of the event."""
    return list(dict.fromkeys(str(settings["template"]) for settings in _mails(definition)))


def _mails(definition: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for step in definition["steps"]:
        if "template" in step.get("settings", {}):
            yield step["settings"]


def _row(defined: FlowDefinition) -> FlowRow:
    bases = dict.fromkeys(_basis(settings) for settings in _mails(defined.definition))
    return FlowRow(
        label=str(defined.label),
        code=defined.code,
        trigger=str(defined.definition["trigger"].get("event") or "manual"),
        bases=tuple(bases),
        enabled=defined.enabled,
        templates=tuple(templates_of(defined.definition)),
    )


def _basis(settings: Mapping[str, Any]) -> str:
    if settings.get("mail_class") != MailClass.ADVERTISING:
        return str(settings.get("mail_class", ""))
    return f"{settings.get('basis')}: {settings.get('purpose')}"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
