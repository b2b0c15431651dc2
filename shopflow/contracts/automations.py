"""Conditions and actions: the building blocks of automations."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from django.forms import Form

from shopflow.contracts.channels import MAIL
from shopflow.contracts.mail import MailClass
from shopflow.contracts.registry import Registry
from shopflow.contracts.types import JSONDict, Label, Scalar


@dataclass(frozen=True, kw_only=True)
class RunContext:
    """What a condition or an action may know of a run.

    ``subject`` holds the scalars of the triggering event (``order_id``, ``email`` ...), ``now`` the moment that
    the engine decides at (never read the clock yourself), ``run_key`` a text that is unique and stable per step of a
    run: use it as idempotency key. ``dry_run`` forbids every effect. ``is_test`` marks a staff test run. ``began_at``
    is the moment that the run counts from, such as when a basket was left; None outside a run. ``pins`` is what the
    flow's version was published with: ``texts`` by template and language, ``segments`` by code; empty where it binds
    nothing.
    """

    subject: Mapping[str, Scalar]
    now: datetime
    run_key: str
    flow: str
    dry_run: bool = False
    is_test: bool = False
    began_at: datetime | None = None
    pins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def pinned(self, kind: str, name: str) -> Any:
        """What the version holds of a ``kind`` (``texts``, ``segments``) under ``name``; None: take what is newest."""
        return self.pins.get(kind, {}).get(name)

    def integer(self, name: str) -> int:
        """The subject's ``name`` as int; KeyError if the event did not provide it."""
        value = self.subject[name]
        if value is None:
            raise KeyError(name)
        return int(value)

    def text(self, name: str) -> str:
        """The subject's ``name`` as text; empty if absent."""
        value = self.subject.get(name)
        return "" if value is None else str(value)


@dataclass(frozen=True)
class Verdict:
    """A condition's answer. ``holds`` is None when it cannot be known; ``reason`` is a sentence for staff."""

    holds: bool | None
    reason: Label = ""


class OutcomeKind(StrEnum):
    DONE = "done"
    SKIPPED = "skipped"
    DEFERRED = "deferred"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """What an action did. ``code`` is a stable word (``sent``, ``no_consent``), ``reason`` a sentence for staff.

    ``until`` is set for DEFERRED: the engine asks again then. FAILED parks the step for staff.
    """

    kind: OutcomeKind
    code: str = ""
    reason: Label = ""
    until: datetime | None = None
    details: JSONDict = field(default_factory=dict)

    @classmethod
    def done(cls, code: str = "done", reason: Label = "", **details: Any) -> Outcome:
        return cls(OutcomeKind.DONE, code, reason, details=details)

    @classmethod
    def skipped(cls, code: str, reason: Label = "") -> Outcome:
        return cls(OutcomeKind.SKIPPED, code, reason)

    @classmethod
    def deferred(cls, until: datetime, code: str, reason: Label = "") -> Outcome:
        return cls(OutcomeKind.DEFERRED, code, reason, until)

    @classmethod
    def failed(cls, code: str, reason: Label = "") -> Outcome:
        return cls(OutcomeKind.FAILED, code, reason)


class Condition(ABC):
    """A question about the current state. Pure: it reads and never writes.

    ``needs`` names the subject fields without which it cannot be asked; ``form_class`` the form for its settings;
    ``description`` one sentence for people who look for it in the editor.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    description: ClassVar[Label] = ""
    needs: ClassVar[frozenset[str]] = frozenset()
    form_class: ClassVar[type[Form] | None] = None

    @abstractmethod
    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        """Answer for ``context`` with the step's ``settings``."""

    def evaluate_many(self, contexts: Sequence[RunContext], settings: Mapping[str, Any]) -> Sequence[Verdict]:
        """Answer for each of ``contexts``, in their order, word for word as :meth:`evaluate` would.

        Override it where few statements answer for all of them: the engine then asks so about the runs of a batch that
        may come to the question next. There is at least one; all are of one moment and one version of a flow, and have
        what ``needs`` names.
        """
        return [self.evaluate(context, settings) for context in contexts]

    def describe(self, settings: Mapping[str, Any]) -> Label:
        """Half a sentence that follows "if": "the basket is still open". The label, unless overridden."""
        return self.label


class BatchCondition(Condition):
    """A question that is written for many runs at once, and asked of one by the same words."""

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        return self.evaluate_many([context], settings)[0]

    @abstractmethod
    def evaluate_many(self, contexts: Sequence[RunContext], settings: Mapping[str, Any]) -> Sequence[Verdict]:
        """Answer for each of ``contexts``, of which there is at least one, in their order."""


def answers_together(condition: Condition) -> bool:
    """Whether ``evaluate_many`` is more than asking one by one, and not older than ``evaluate``: a class that inherits
    both and overrides only the answer for one run is asked one by one.
    """
    kinds = type(condition).__mro__
    one, many = (next(kind for kind in kinds if name in vars(kind)) for name in ("evaluate", "evaluate_many"))
    return many is not Condition and kinds.index(many) <= kinds.index(one)


@dataclass(frozen=True)
class Sending:
    """That an action writes to the run's ``email``, and as what: the engine's gates are asked first.

    ``purpose`` and ``basis`` are needed for advertising (§ 7 UWG). ``channel`` is the code of a
    ``contracts.channels.Channel`` for a message that is no mail.
    """

    mail_class: MailClass
    purpose: str = ""
    basis: str = ""
    channel: str = MAIL


class Action(ABC):
    """Something that a flow does. It calls one service and reports the outcome as a value.

    The engine runs each step at most once and passes ``context.run_key`` for whatever is made outside its own
    transaction. An exception is recorded, shown to staff, and never breaks anything else.

    ``transactional`` says that all of the effect is rows of the shop's database: the engine then runs the action in
    the transaction of the step, so that a crash leaves all or nothing and the step is simply done again. An action
    that reaches further (a web service) keeps False: its step is written down first, it runs outside of any
    transaction, and a crash in between parks the run for staff, because nobody can know how far it came.
    ``description`` is one sentence for people who look for it in the editor.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    description: ClassVar[Label] = ""
    needs: ClassVar[frozenset[str]] = frozenset()
    form_class: ClassVar[type[Form] | None] = None
    transactional: ClassVar[bool] = False

    @abstractmethod
    def run(self, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        """Do it, unless ``context.dry_run``. A done outcome whose details hold ``ends_run: True`` ends the run."""

    def sends(self, settings: Mapping[str, Any]) -> Sending | None:
        """What is written to the run's person with these settings; None for an action that writes to nobody."""
        return None

    def describe(self, settings: Mapping[str, Any]) -> Label:
        """Half a sentence that says what is done: "send the mail “order_status_paid”". The label, unless overridden."""
        return self.label


@dataclass(frozen=True)
class FlowDefinition:
    """A built-in automation as data: registered by a room, copied into the database as its first version.

    ``definition`` follows the schema in ``docs/extend/flow.md``: trigger, entry key, entry conditions, exit events
    and steps. ``reason`` says in a paragraph why it is lawful as it is.
    """

    code: str
    label: Label
    description: Label
    reason: Label
    definition: JSONDict
    enabled: bool = False


class Flow(ABC):
    """A provider of one built-in automation."""

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""

    @abstractmethod
    def define(self) -> FlowDefinition:
        """Return the automation as data."""


class TimedTrigger(ABC):
    """The clock as a trigger: publishes the event ``code`` when time has made it true, such as 75 days without an act.

    It is asked about once an hour for each automation that is switched on and begins with the event. ``wants`` names
    the fields without which it never publishes anything; an automation that leaves one open is not switched on.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    wants: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def announce(self, where: Mapping[str, Sequence[Scalar]]) -> int:
        """Publish the event for everybody of whom it has become true and who was not told yet; return how many.

        ``where`` is the automation's: fields of the event and the values wanted. Asked again it publishes nothing.
        """


class FlowSwitchboard(ABC):
    """Knows which automations take people in at present, for pages that offer something only an automation does.

    The engine brings the one that answers; a shop without the engine has none, and everything counts as off.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""

    @abstractmethod
    def is_on(self, flow: str) -> bool:
        """Whether the automation with the code ``flow`` takes people in now. At most one query."""


conditions: Registry[Condition] = Registry("condition", Condition)
actions: Registry[Action] = Registry("action", Action)
flows: Registry[Flow] = Registry("flow", Flow)
timed_triggers: Registry[TimedTrigger] = Registry("timed trigger", TimedTrigger)
flow_switchboards: Registry[FlowSwitchboard] = Registry("flow switchboard", FlowSwitchboard)


def takes_people_in(flow: str) -> bool:
    """Whether somebody knows the automation ``flow`` and says that it is on: ask before a page offers what it does."""
    return any(board.is_on(flow) for board in flow_switchboards)
