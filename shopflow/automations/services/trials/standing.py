"""Where a test run stands: what its step does, what the chosen example would answer, and which ways lead on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from shopflow.automations.definitions import Act, Branch, Definition, Split, UntilDate, UntilEvent, Wait, read
from shopflow.automations.definitions.model import STOP, UntilCondition
from shopflow.automations.definitions.timing import NoSuchMoment, date_comes, later
from shopflow.automations.definitions.wording import Phrase, event_label, step_phrase
from shopflow.automations.exceptions import StepStuck
from shopflow.automations.models import Run, Trial
from shopflow.automations.services.asking import ask
from shopflow.automations.services.desk import Desk
from shopflow.automations.services.experiments import draw
from shopflow.automations.services.moving import run_context
from shopflow.automations.services.resting import as_date, due_of
from shopflow.contracts.types import Label
from shopflow.core import clock
from shopflow.core.jobs import nothing_enqueued

A_WHILE = timedelta(hours=1)
"""How long after arriving at a wait the event comes that the tester chooses."""


@dataclass(frozen=True)
class Offer:
    """A way on. ``target``: the step it leads to, None for the end; ``at``: what the clock shows then. ``likely``: the
    chosen example would take it.
    """

    code: str
    label: Label
    target: str | None
    at: datetime
    likely: bool = False

    @property
    def is_goal(self) -> bool:
        return self.code.startswith("goal:")


@dataclass
class Stand:
    """The step before which a test run stands; without ``phrase`` it has ended."""

    phrase: Phrase | None = None
    notes: list[str] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)


@contextmanager
def undone(trial: Trial) -> Iterator[tuple[Desk, Run]]:
    """A desk and a run that stands where the test run stands, at its time; whatever is written is undone."""
    with clock.imagined_at(trial.now), nothing_enqueued(), transaction.atomic():
        run = run_of(trial)
        yield Desk.of_now([run]), run
        transaction.set_rollback(True)


def run_of(trial: Trial) -> Run:
    """A run as the engine knows it, which is in no table."""
    return Run(
        flow=trial.flow, email=str(trial.subject.get("email") or ""), subject=trial.subject, entry_key="test",
        state=Run.State.ACTIVE, node=trial.node, visit=trial.walked.count(trial.node) + 1, due_at=trial.now,
        planned_at=trial.now, began_at=trial.began_at, entered_at=trial.began_at,
    )  # fmt: skip


def stand_of(trial: Trial) -> Stand:
    """Where ``trial`` stands; reads only."""
    if trial.state != Trial.State.UNDER_WAY:
        return Stand()
    definition = read(trial.definition)
    step = definition.step(trial.node)
    stand = Stand(step_phrase(step))
    with undone(trial) as (desk, run):
        looker = _Looker(definition, desk, run, stand)
        if isinstance(step, Act):
            looker.act(step)
        elif isinstance(step, Branch):
            looker.branch(step)
        elif isinstance(step, Split):
            looker.split(step)
        elif isinstance(step, UntilEvent):
            looker.until_event(step)
        elif isinstance(step, UntilCondition):
            looker.until_condition(step)
        elif isinstance(step, UntilDate):
            looker.until_date(step)
        else:
            looker.wait(step)
        looker.goals()
    return stand


class _Looker:
    """Finds the ways on from one step."""

    def __init__(self, definition: Definition, desk: Desk, run: Run, stand: Stand) -> None:
        self.definition, self.desk, self.run, self.stand = definition, desk, run, stand
        self.zone, self.day_off = desk.zone(run), desk.rules.day_off

    def offer(self, code: str, label: Label, target: str, at: datetime | None = None, *, likely: bool = False) -> None:
        place = self.definition.follow(self.run.node, target)
        self.stand.offers.append(Offer(code, label, place, at or self.desk.now, likely))

    def act(self, step: Act) -> None:
        ends = step.action == "stop"
        self.offer("go", _("Do it, and on"), STOP if ends else step.then, likely=True)

    def branch(self, step: Branch) -> None:
        holds: bool | None = None
        try:
            answer = ask(step.question, run_context(self.run, self.desk))
        except StepStuck as stuck:
            self.stand.notes.append(stuck.reason)
        else:
            holds = answer.holds
            self.stand.notes.append(answer.reason)
        ways = ((True, "yes", _("yes"), step.then), (False, "no", _("no"), step.otherwise))
        for value, code, label, target in (*ways, (None, "unknown", _("unknown"), step.unknown)):
            self.offer(code, label, target, likely=holds is value)

    def split(self, step: Split) -> None:
        flow = self.run.flow
        weights = [(arm.code, arm.weight) for arm in step.arms]
        drawn = draw(f"{flow.code}:{flow.seed}", step.experiment, self.run.email, weights)
        for arm in step.arms:
            label = _("Arm %(arm)s") % {"arm": arm.code}
            self.offer(f"arm:{arm.code}", label, arm.then, likely=arm.code == drawn)

    def wait(self, step: Wait) -> None:
        try:
            ends = due_of(self.desk, self.run, step)
        except (NoSuchMoment, StepStuck) as error:
            self.stand.notes.append(error.reason if isinstance(error, StepStuck) else str(error))
            return
        self.offer("waited", _("Wait"), step.then, ends, likely=True)

    def until_date(self, step: UntilDate) -> None:
        found = as_date(self.run.subject.get(step.name))
        comes: datetime | None = None
        if found is not None:
            try:
                comes = date_comes(step, found, zone=self.zone, day_off=self.day_off)
            except NoSuchMoment as error:
                self.stand.notes.append(str(error))
        ahead = comes is not None and comes >= self.desk.now
        moment = comes if comes is not None and ahead else self.desk.now + A_WHILE
        self.offer("comes", _("The date comes"), step.then, moment, likely=ahead)
        self.offer("past", _("The date has passed already"), step.past, likely=comes is not None and not ahead)
        self.offer("unknown", _("No date is known"), step.unknown, likely=found is None)

    def until_event(self, step: UntilEvent) -> None:
        until = self._timeout(step)
        soon = min(self.desk.now + A_WHILE, until)
        for number, way in enumerate(step.ways):
            label = _("“%(event)s” happens") % {"event": event_label(way.happening.event)}
            self.offer(f"event:{number}", label, way.then, soon)
        self.offer("timeout", _("Nothing of it happens"), step.otherwise, until, likely=True)

    def until_condition(self, step: UntilCondition) -> None:
        holds: bool | None = None
        try:
            answer = ask(step.question, run_context(self.run, self.desk))
        except StepStuck as stuck:
            self.stand.notes.append(stuck.reason)
        else:
            holds = answer.holds
            self.stand.notes.append(answer.reason)
        self.offer("yes", _("It comes true"), step.then, likely=holds is True)
        self.offer("timeout", _("It does not come true in time"), step.otherwise, self._timeout(step),
                   likely=holds is not True)  # fmt: skip

    def _timeout(self, step: UntilEvent | UntilCondition) -> datetime:
        return later(self.desk.now, step.timeout, ZoneInfo(self.zone), self.day_off)

    def goals(self) -> None:
        """Goals that lead somewhere can be reached at any time."""
        for goal in self.definition.goals:
            if goal.then != STOP:
                label = _("The goal “%(goal)s” is reached: %(event)s") % {
                    "goal": goal.id, "event": event_label(goal.event)
                }  # fmt: skip
                self.offer(f"goal:{goal.id}", label, goal.then)
