"""Linting: what is risky about a flow's definition, before anybody enters it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, ClassVar

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import JSONDict, Label

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Finding:
    """Something about a definition that staff should know.

    ``severity``: an ``error`` keeps the flow from being switched on, a ``warning`` must be confirmed with a reason.
    ``step`` is the id of the step, empty for the flow as a whole. ``advice`` says what to do about it.
    """

    code: str
    severity: str
    step: str
    message: Label
    advice: Label

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR


@dataclass(frozen=True)
class TextFacts:
    """What is known of a mail's text. ``written_on``: when staff wrote it, None for the shipped words.

    ``troubles``: sentences about links that lead nowhere, products off sale, vouchers that have expired.
    """

    written_on: date | None = None
    advertises: bool = False
    troubles: Sequence[Label] = ()


@dataclass(frozen=True)
class Facts:
    """What a definition does not say itself. None: not known, so that nothing is found.

    ``texts`` holds the shop's mail texts by template; ``walked`` the ways that test runs of this very definition have
    gone, as :func:`shopflow.automations.linting.ways` names them. Advertising rests from ``quiet[0]`` to ``quiet[1]``.
    ``silent`` holds the events that cannot come as the shop is set up now, each with the reason. ``rows`` holds, of the
    rows that the definition names by code, those that are there: ``{"segment": {"regulars"}, "tag": set()}``. ``said``
    holds, by the step, the troubles of words that stand in its settings, such as those of a text message.
    """

    today: date | None = None
    texts: Mapping[str, TextFacts] | None = None
    walked: frozenset[str] | None = None
    quiet: tuple[time, time] | None = (time(21), time(8))
    quiet_sundays: bool = True
    silent: Mapping[str, Label] | None = None
    rows: Mapping[str, Collection[str]] | None = None
    said: Mapping[str, Sequence[Label]] | None = None


@dataclass(frozen=True, eq=False)
class Plan:
    """A definition that can be read, as it stands in the database (``docs/extend/flow.md``), and what is known."""

    definition: JSONDict
    facts: Facts = field(default_factory=Facts)

    @property
    def steps(self) -> list[Mapping[str, Any]]:
        """The steps as JSON, in their order."""
        return list(self.definition.get("steps", []))


class LintRule(ABC):
    """One thing that is looked at. Pure: the same plan, the same findings; no database, no clock."""

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""

    @abstractmethod
    def check(self, plan: Plan) -> Iterable[Finding]:
        """What is wrong with ``plan``; nothing if all is well."""


lint_rules: Registry[LintRule] = Registry("lint rule", LintRule)
