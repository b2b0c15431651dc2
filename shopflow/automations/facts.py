"""What the linter cannot read off a definition: the shop's texts and other rows, test runs, quiet hours, the date."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from shopflow.automations import rows
from shopflow.automations.calendars import Rules
from shopflow.automations.content import troubles_in, words_of
from shopflow.automations.definitions import Act, Definition, read
from shopflow.automations.definitions.mentions import TEMPLATE, mentions, templates_of
from shopflow.automations.definitions.naming import fingerprint
from shopflow.automations.linting import MAX_WAYS, ways
from shopflow.automations.linting.graph import sending_of
from shopflow.automations.models import WalkedWay
from shopflow.contracts.automations import flows
from shopflow.contracts.events import events
from shopflow.contracts.linting import Facts, TextFacts
from shopflow.contracts.types import JSONDict, Label
from shopflow.core import clock
from shopflow.mailing.models import MailText, MailTextInUse
from shopflow.mailing.texts import shipped


def facts_about(raw: JSONDict) -> Facts:
    """Everything that is known about the definition ``raw``, which can be read."""
    definition = read(raw)
    stored = Rules.of_now().stored
    quiet = None if stored.quiet_from == stored.quiet_until else (stored.quiet_from, stored.quiet_until)
    return Facts(
        today=timezone.localdate(clock.now()),
        texts=_texts(_templates(definition)),
        walked=walked(raw),
        quiet=quiet,
        quiet_sundays=stored.quiet_sundays,
        silent=_silent(definition.trigger.event),
        rows=rows.existing(mentions(definition)),
        said=_said(definition),
    )


def _said(definition: Definition) -> dict[str, list[Label]]:
    """What is wrong with the words that steps send and hold themselves, by the steps' ids."""
    acts = [step for step in definition.steps if isinstance(step, Act) and sending_of(step) is not None]
    found = {act.id: troubles_in([str(act.settings["text"])]) for act in acts if act.settings.get("text")}
    return {step: troubles for step, troubles in found.items() if troubles}


def _silent(event: str) -> dict[str, Label]:
    """The event with the reason why it cannot come; nothing if it can, or is not installed."""
    reason = events.get(event).silent_because() if event in events else ""
    return {event: reason} if reason else {}


def is_delivered(sha256: str) -> bool:
    """Whether a definition is, word for word, one that comes with the shop or a plugin."""
    return any(fingerprint(flow.define().definition) == sha256 for flow in flows)


def walked(raw: JSONDict) -> frozenset[str]:
    """The ways through ``raw`` that were tested. Those of a delivered definition were, by whoever delivers it."""
    sha256 = fingerprint(raw)
    if is_delivered(sha256):
        return frozenset(ways(read(raw))[:MAX_WAYS])
    return frozenset(WalkedWay.objects.filter(sha256=sha256).values_list("way", flat=True))


def _templates(definition: Definition) -> list[str]:
    acts = [step for step in definition.steps if isinstance(step, Act) and TEMPLATE in step.settings]
    return sorted({template for act in acts for template in templates_of(act, definition)})


def _texts(templates: Iterable[str]) -> dict[str, TextFacts]:
    """Those of ``templates`` that exist, with what is known of them."""
    known = set(shipped.codes())
    wanted = [template for template in templates if template in known]
    used = MailTextInUse.objects.filter(code__in=wanted, text__isnull=False).select_related("text")
    written: dict[str, list[MailText]] = {}
    for choice in used.order_by("code", "language"):
        if choice.text is not None:
            written.setdefault(choice.code, []).append(choice.text)
    return {template: _facts_of(template, written.get(template, [])) for template in wanted}


def _facts_of(template: str, texts: list[MailText]) -> TextFacts:
    """What is known of a template that staff have written ``texts`` for, one in each language."""
    return TextFacts(
        written_on=min((timezone.localdate(text.created_at) for text in texts), default=None),
        advertises=shipped.is_marked(template, shipped.ADVERTISING),
        troubles=troubles_in(words_of(text) for text in texts),
    )
