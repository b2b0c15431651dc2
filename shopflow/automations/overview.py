"""Every registered flow at a glance, for people who run the shop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation

from shopflow.automations.models import DryRunLine, Flow
from shopflow.automations.services.dry_runs.examples import Moment, moments_of
from shopflow.contracts.automations import FlowDefinition, flows
from shopflow.contracts.mail import MailClass

HEAD = ("Automation", "Code", "Beginnt mit", "Grundlage", "Anfangs an", "E-Mails")
EXAMPLE_HEAD = ("Wann", "Wer", "Was", "Ergebnis")


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


def example_section(code: str) -> str:
    """The stored example of the registered flow ``code`` in German, as ``docs/operate/flow-examples.md`` shows it.

    Needs the database, in whose shadow the engine lives through it, and changes nothing there.
    """
    with translation.override("de"), timezone.override("Europe/Berlin"):
        defined = flows.get(code).define()
        flow = Flow.objects.filter(code=code).first() or Flow(pk=1, code=code, name=str(defined.label))
        lines = [f"## {defined.label}", "", _line(EXAMPLE_HEAD), _line(["---"] * len(EXAMPLE_HEAD))]
        lines += [_line(_told(moment)) for moment in moments_of(flow=flow, definition=defined.definition) or ()]
    return "\n".join(lines) + "\n"


def _told(moment: Moment) -> list[str]:
    when = timezone.localtime(moment.at).strftime("%d.%m.%Y %H:%M")
    if moment.line is None:
        return [when, moment.email or "–", f"**{moment.event}**", ""]
    reason = f": {moment.line.reason}" if moment.line.reason and moment.line.outcome != DryRunLine.Outcome.SENT else ""
    return [when, moment.email or "–", f"`{moment.line.what}`", f"{moment.line.get_outcome_display()}{reason}"]


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
