"""Questions about the runs of a batch, asked at once for all that may come to them next.

Every run still asks its own questions, in their order and no further than needed, and writes down its own answers; only
where an answer comes from is different. It is as old as the transaction at most, as what the gates ask (``outlook``),
and never older than the last action that was no message: that one may have changed whatever is asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from shopflow.automations.definitions import Question
from shopflow.automations.services.asking import ask, ask_many, compared, is_asked_together
from shopflow.contracts.automations import RunContext, Verdict
from shopflow.contracts.expressions import Answer, Compare, Leaf
from shopflow.contracts.types import Scalar

MOST = 2000
Others = Callable[[], Iterable[tuple[int, RunContext]]]
"""Keys and contexts of those who may be asked the same question next, in the order of their turns."""


@dataclass
class _Asked:
    """The answers to a leaf that nobody has taken yet. It keeps the leaf, so that its id stays its own."""

    leaf: Leaf
    verdicts: dict[int, Verdict | None]


class Together:
    """Answers of one batch."""

    def __init__(self) -> None:
        self._asked: dict[tuple[int, int], _Asked] = {}
        self._alike: dict[tuple[int, type, Scalar], tuple[Leaf, Verdict]] = {}
        self._most = MOST
        self._taken = 0

    def ask(self, question: Question, context: RunContext, *, key: int, version: int, others: Others) -> Answer:
        """As :func:`ask`, for the run ``key`` of ``version``."""
        return ask(question, context, known=lambda leaf: self._known(leaf, context, key, version, others))

    def forget(self) -> None:
        """Ask anew from now on, and of twice as many as were of use this time."""
        if self._taken:
            self._most = 2 * self._taken
        self._taken = 0
        self._asked.clear()

    def _same(self, leaf: Compare, context: RunContext) -> Verdict:
        """The comparison of a field of the event, made once for all whose events hold the same in it."""
        found = context.subject[leaf.field]
        if isinstance(found, list | dict):
            return compared(leaf, found, context)
        place = (id(leaf), type(found), found)
        if place not in self._alike:
            self._alike[place] = leaf, compared(leaf, found, context)
        return self._alike[place][1]

    def _known(self, leaf: Leaf, context: RunContext, key: int, version: int, others: Others) -> Verdict | None:
        """The answer, if it is known now; None if it has to be asked for this run alone."""
        if isinstance(leaf, Compare) and leaf.field in context.subject:
            return self._same(leaf, context)
        if not is_asked_together(leaf, context):
            return None
        place = (version, id(leaf))
        if place not in self._asked or key not in self._asked[place].verdicts:
            contexts = {key: context, **dict(islice(others(), self._most - 1))}
            self._asked[place] = _Asked(leaf, ask_many(leaf, contexts) if len(contexts) > 1 else {key: None})
        self._taken += 1
        return self._asked[place].verdicts.pop(key)
