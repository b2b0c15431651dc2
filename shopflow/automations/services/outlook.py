"""What the gates ask about one run, read for everybody of the batch at the first question.

An answer is as old as the transaction at most, which is two seconds. That is as if the step had been taken that much
earlier: whatever changes after it is met when the mail leaves, where the same is asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from shopflow.automations.models import Run
from shopflow.automations.services.happenings import any_pending
from shopflow.automations.services.soundness import Soundness
from shopflow.contracts.mail import BasisVerdict, legal_bases
from shopflow.mailing.gate import blocks_of
from shopflow.mailing.models import Message, Suppression


def key_of_step(run_id: int, node: str, visit: int) -> str:
    """What is unique and stable for one visit of one run to one step; the dedupe key of its mail."""
    return f"run:{run_id}:{node}:{visit}"


class Outlook:
    """Knows what stands against mails of ``runs`` and of anybody else who is asked about. It writes nothing."""

    def __init__(self, now: datetime, runs: Sequence[Run]) -> None:
        self._now = now
        self._runs = runs
        self._blocks: dict[str, Sequence[Suppression]] = {}
        self._verdicts: dict[tuple[str, str], dict[str, BasisVerdict]] = {}
        self._rivals: dict[str, list[tuple[int, int]]] = {}
        self._pending: dict[frozenset[str], bool] = {}
        self._asked: set[str] = set()
        self._taken: set[str] = set()
        self.soundness = Soundness(now, runs)

    @cached_property
    def _emails(self) -> frozenset[str]:
        return frozenset(run.email for run in self._runs if run.email)

    def forget(self, email: str) -> None:
        """Ask anew about ``email``, and about events: an action has just done something for that person."""
        self._blocks.pop(email, None)
        self._rivals.pop(email, None)
        for verdicts in self._verdicts.values():
            verdicts.pop(email, None)
        self._pending.clear()

    def blocks(self, email: str) -> Sequence[Suppression]:
        """What blocks mail to ``email``."""
        if email not in self._blocks:
            self._blocks |= blocks_of(_missing(self._emails | {email}, self._blocks))
        return self._blocks[email]

    def verdict(self, run: Run, *, basis: str, purpose: str) -> BasisVerdict:
        """Whether ``basis`` allows mail for ``purpose`` to the run's person. Raises UnknownCode."""
        known = self._verdicts.setdefault((basis, purpose), {})
        if run.email not in known:
            others = {other.email for other in self._runs if other.version_id == run.version_id and other.email}
            wanted = _missing(others | {run.email}, known)
            known |= legal_bases.get(basis).holds_for(emails=wanted, purpose=purpose)
        return known[run.email]

    def outranked(self, run: Run) -> bool:
        """Whether a more important automation has something due for the same person."""
        if run.email not in self._rivals:
            self._read_rivals(_missing(self._emails | {run.email}, self._rivals), run)
        return any(key != run.pk and priority > run.flow.priority for key, priority in self._rivals[run.email])

    def _read_rivals(self, emails: Sequence[str], run: Run) -> None:
        least = min(one.flow.priority for one in (*self._runs, run))
        found = Run.objects.filter(
            email__in=emails, state__in=Run.RUNNABLE, due_at__lte=self._now,
            flow__priority__gt=least, flow__paused_at__isnull=True,
        )  # fmt: skip
        self._rivals |= {email: [] for email in emails}
        for email, key, priority in found.values_list("email", "pk", "flow__priority"):
            self._rivals[email].append((key, priority))

    def any_pending(self, codes: Iterable[str]) -> bool:
        """Whether an event with one of ``codes`` has not reached the automations yet."""
        wanted = frozenset(codes)
        if wanted not in self._pending:
            self._pending[wanted] = bool(wanted) and any_pending(wanted)
        return self._pending[wanted]

    def is_written(self, key: str, others: Iterable[str]) -> bool:
        """Whether a mail has the dedupe key ``key``; ``others`` are keys that will be asked about next."""
        if key not in self._asked:
            wanted = {key, *others} - self._asked
            self._asked |= wanted
            self._taken |= set(Message.objects.filter(dedupe_key__in=wanted).values_list("dedupe_key", flat=True))
        return key in self._taken


def _missing(emails: Iterable[str], known: Mapping[str, object]) -> list[str]:
    return sorted(email for email in emails if email not in known)
