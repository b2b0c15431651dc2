"""Whether what a mail names is still there: links, products, vouchers and the campaign that it is about.

Asked before a mail is written and again when it leaves, of the very words that it carries. The answer is reckoned once
for each text of a batch: what staff have written is read with one query, and so is each kind of thing that it names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.audience.models import Campaign
from shopflow.automations import rows
from shopflow.automations.content import Known, Named, named_in, words_of
from shopflow.automations.definitions import Act
from shopflow.automations.definitions.mentions import CAMPAIGN, FIELD, TEMPLATE, templates_of
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.linting.saying import say
from shopflow.automations.models import FlowVersion, Run
from shopflow.automations.pins import TEXTS, text_key
from shopflow.automations.queries import definition_of
from shopflow.automations.services.asking import NO_QUESTION, under_way
from shopflow.automations.services.editions import edition_for, language_for
from shopflow.automations.services.journal import sentence
from shopflow.automations.services.performing import is_imagined
from shopflow.contracts.automations import RunContext
from shopflow.contracts.types import Label
from shopflow.core import clock
from shopflow.core.filling import fill
from shopflow.desk.models import StaffTask
from shopflow.desk.services import open_task
from shopflow.mailing.models import MailText, MailTextInUse

GATE = "content"
BROKEN = "content_broken"
OVER = "campaign_over"
ABOUT = "text:"
"""Begins what a task about broken words is about; template and language follow."""

MEND_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Unsound:
    """Why a mail should not go as it is. ``code``: BROKEN can be mended, OVER cannot. ``text`` is the template and the
    language of the words, None where they stand in the step, or no words are to blame."""

    code: str
    reason: Label
    text: tuple[str, str] | None = None


@dataclass(frozen=True)
class _Text:
    """A text of staff, in one language and edition."""

    pk: int
    template: str
    language: str
    version: int
    content_hash: str
    corrects: str
    in_use: bool
    named: Named

    def is_edition(self, edition: str) -> bool:
        return self.corrects == edition or (not self.corrects and self.content_hash == edition)


@dataclass
class Shelf:
    """What was read of texts, what they name, and campaigns; as old as the batch, or as the replay, that reads it."""

    known: Known = field(default_factory=Known)
    _texts: dict[str, dict[int, _Text]] = field(default_factory=dict)
    _asked: set[tuple[str, str]] = field(default_factory=set)
    _campaigns: dict[str, tuple[str, datetime] | None] = field(default_factory=dict)
    _versions: dict[int, frozenset[tuple[str, str]]] = field(default_factory=dict)

    def of_version(self, version: FlowVersion) -> frozenset[tuple[str, str]]:
        """The texts that mails of ``version`` may carry, as templates and editions."""
        if version.pk not in self._versions:
            self._versions[version.pk] = frozenset(_texts_of(version))
        return self._versions[version.pk]

    def texts(self, template: str, wanted: Collection[tuple[str, str]]) -> Collection[_Text]:
        """The texts of ``template`` that are in use or named by an edition; ``wanted`` are templates with editions
        (empty: the one in use) that will be asked about next."""
        missing = {(template, ""), *wanted} - self._asked
        if missing:
            self._asked |= missing
            self._read(missing)
        return self._texts.get(template, {}).values()

    def _read(self, wanted: set[tuple[str, str]]) -> None:
        editions = {edition for _template, edition in wanted} - {""}
        used = MailTextInUse.objects.filter(text=OuterRef("pk"))
        bound = Q(in_use=True) | Q(content_hash__in=editions) | Q(corrects__in=editions)
        found = MailText.objects.filter(code__in={template for template, _edition in wanted}).defer("text")
        with _asking(NO_QUESTION):
            texts = [_text(row) for row in found.annotate(in_use=Exists(used)).filter(bound)]
        with _asking(GATE):
            self.known.look_at(text.named for text in texts)
        for text in texts:
            self._texts.setdefault(text.template, {})[text.pk] = text

    def campaign(self, code: str, others: Collection[str]) -> tuple[str, datetime] | None:
        """Label and end of a campaign; None if there is none. ``others`` will be asked about next."""
        missing = {code, *others} - self._campaigns.keys()
        if missing:
            self._campaigns |= dict.fromkeys(missing)
            with _asking(GATE):
                found = Campaign.objects.filter(code__in=missing).values_list("code", "label", "ends_at")
                self._campaigns |= {key: (label, ends_at) for key, label, ends_at in found}
        return self._campaigns[code]


def _text(row: Any) -> _Text:
    return _Text(
        row.pk, row.code, row.language, row.version, row.content_hash, row.corrects, row.in_use, named_in(words_of(row))
    )


@contextmanager
def _asking(what: str) -> Iterator[None]:
    """Tell whoever watches what answers rest on that the gate looks at something."""
    token = under_way.set(what)
    try:
        yield
    finally:
        under_way.reset(token)


_shelf: ContextVar[Shelf | None] = ContextVar("shopflow_shelf", default=None)
_everything_sound: ContextVar[bool] = ContextVar("shopflow_everything_sound", default=False)


@contextmanager
def read_once() -> Iterator[None]:
    """Within the block texts and what they name are read once: for whoever goes through history with one snapshot."""
    token = _shelf.set(Shelf())
    try:
        yield
    finally:
        _shelf.reset(token)


@contextmanager
def taken_as_sound() -> Iterator[None]:
    """Within the block nothing is looked at: for examples, whose goods and campaigns stand in no table."""
    token = _everything_sound.set(True)
    try:
        yield
    finally:
        _everything_sound.reset(token)


class Soundness:
    """Judges the mails of ``runs``, and of anybody else who is asked about. ``editions`` are texts by their hashes that
    were written already and may not be in use any more."""

    def __init__(self, now: datetime, runs: Sequence[Run], editions: Collection[str] = ()) -> None:
        self._now = now
        self._runs = runs
        self._editions = frozenset(editions) - {""}
        self._shelf = _shelf.get() or Shelf()
        self._always: set[tuple[int, str]] = set()
        self._troubles: dict[int, list[Label]] = {}
        self._told: set[str] = set()

    def judge(self, run: Run, act: Act, context: RunContext, *, text_hash: str = "") -> Unsound | None:
        """What is wrong with the mail that ``act`` writes for ``run``; None if nothing is. ``text_hash`` names the
        words of a mail that is written already."""
        if (run.version_id, act.id) in self._always or _everything_sound.get():
            return None
        pattern = str(act.settings.get(TEMPLATE, ""))
        template = fill(pattern, context.subject) if pattern else ""
        about = _campaign_of(run) if CAMPAIGN in act.settings.get("contexts", ()) else ""
        found = self._campaign(about) or self._in_step(act) or self._in_text(run, act, context, template, text_hash)
        if found is None and not about and not FIELD.search(pattern) and not self._bad(run, template):
            self._always.add((run.version_id, act.id))  # whoever comes next gets one of the same texts
        return found

    def _campaign(self, code: str) -> Unsound | None:
        if not code:
            return None
        found = self._shelf.campaign(code, {_campaign_of(run) for run in self._runs} - {""})
        if found is None:
            return Unsound(BROKEN, say(rows.KINDS[CAMPAIGN].missing, code=code))
        label, ends_at = found
        if ends_at > self._now:
            return None
        return Unsound(OVER, say(gettext_lazy("The campaign “%(campaign)s” is over."), campaign=label))

    def _in_step(self, act: Act) -> Unsound | None:
        """What is wrong with words that stand in the step itself, such as those of a text message."""
        named = named_in(str(act.settings.get("text") or ""))
        if not named:
            return None
        with _asking(GATE):
            self._shelf.known.look_at([named])
        troubles = self._shelf.known.troubles(named, self._now)
        return Unsound(BROKEN, _joined(tuple(troubles))) if troubles else None

    def _in_text(self, run: Run, act: Act, context: RunContext, template: str, text_hash: str) -> Unsound | None:
        bad = self._bad(run, template)
        if not bad:
            return None
        texts = self._shelf.texts(template, ())
        text = next((one for one in texts if text_hash and one.content_hash == text_hash), None)
        text = text or _chosen(texts, context, template, act.settings)
        if text is None or text not in bad:
            return None
        words = say(gettext_lazy("“%(text)s”: %(troubles)s"), text=template, troubles=_joined(tuple(self._of(text))))
        return Unsound(BROKEN, words, (template, text.language))

    def _bad(self, run: Run, template: str) -> list[_Text]:
        """Those texts of ``template`` that name something which is not there."""
        if not template:
            return []
        return [text for text in self._shelf.texts(template, self._wanted(run)) if self._of(text)]

    def _of(self, text: _Text) -> list[Label]:
        if text.pk not in self._troubles:
            self._troubles[text.pk] = self._shelf.known.troubles(text.named, self._now)
        return self._troubles[text.pk]

    def _wanted(self, run: Run) -> set[tuple[str, str]]:
        """The texts that the batch may come to, so that they are read together."""
        return self._together | self._shelf.of_version(run.version) | _bound(run)

    @cached_property
    def _together(self) -> set[tuple[str, str]]:
        versions = {run.version_id: run.version for run in self._runs}
        found = {text for version in versions.values() for text in self._shelf.of_version(version)}
        found |= {text for run in self._runs for text in _bound(run)}
        return found | {(template, edition) for template, _bound_to in found for edition in self._editions}

    def tell(self, unsound: Unsound, run: Run) -> None:
        """Give staff a task to mend it, unless they have one; nothing while history is only imagined."""
        said = sentence(unsound.reason)
        if unsound.code == BROKEN and said not in self._told and not is_imagined():
            self._told.add(said)
            _tell_staff(unsound, said, run)


def _campaign_of(run: Run) -> str:
    return str(run.subject.get(CAMPAIGN) or "")


def _bound(run: Run) -> set[tuple[str, str]]:
    """The edition that the run itself is bound to, as those of a broadcast are."""
    template, edition = run.subject.get("text_template"), run.subject.get("text_hash")
    return {(str(template), str(edition or ""))} if template else set()


def _texts_of(version: FlowVersion) -> Iterator[tuple[str, str]]:
    try:
        definition = definition_of(version)
    except DefinitionInvalid:
        return
    acts = [step for step in definition.steps if isinstance(step, Act) and TEMPLATE in step.settings]
    pins = version.pins.get(TEXTS, {})
    for template in {template for act in acts for template in templates_of(act, definition)}:
        yield template, ""
        for language, _name in settings.LANGUAGES:
            if edition := pins.get(text_key(template, language)):
                yield template, edition


def _chosen(texts: Collection[_Text], context: RunContext, template: str, step: Mapping[str, Any]) -> _Text | None:
    """The text of staff that the mail carries, chosen as when it is written; None for the shipped words."""

    def is_written(_template: str, language: str) -> bool:
        return any(text.in_use and text.language == language for text in texts)

    language = language_for(context, template, step, is_written=is_written)
    edition = edition_for(context, template, language)
    mine = [text for text in texts if text.language == language]
    fitting = [text for text in mine if (text.is_edition(edition) if edition else text.in_use)]
    return max(fitting, key=lambda text: text.version, default=None)


_joined = lazy(lambda troubles: " ".join(map(str, troubles)), str)


def _tell_staff(unsound: Unsound, said: str, run: Run) -> None:
    """Open a task to mend it; one at a time, and once a day at most if it was closed and nothing was mended."""
    about = f"{ABOUT}{text_key(*unsound.text)}" if unsound.text else f"{ABOUT}{run.flow.code}"
    if StaffTask.objects.filter(about=about[:120], state=StaffTask.State.OPEN).exists():
        return
    now = clock.now()
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    if unsound.text:
        url = reverse("shopflow-staff:mail-text", args=unsound.text)
    else:
        url = reverse("shopflow-staff:automations-flow", args=[run.flow.code])
    with translation.override(settings.LANGUAGE_CODE):
        what_to_do = _(
            "Advertising with it waits as parked runs; what is owed to customers goes out all the same. Mend the text "
            "or what it names, then close this task as done: whatever waits is tried again."
        )
        open_task(
            kind="content_review",
            title=_("Mend what a mail of “%(flow)s” names") % {"flow": run.flow.name},
            text=f"{said} {what_to_do}",
            due_at=now + MEND_WITHIN,
            dedupe_key=f"{about[:120]}:{digest}:{timezone.localdate(now).isoformat()}",
            source="room:automations",
            url=url,
            about=about[:120],
        )
