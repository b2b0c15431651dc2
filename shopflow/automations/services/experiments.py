"""Who gets what in an experiment, and who is held out: drawn once, the same for ever."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from shopflow.automations.definitions import Definition
from shopflow.automations.models import ExperimentAssignment, Flow, Run
from shopflow.automations.services.retention import spellings_of
from shopflow.core import clock
from shopflow.core.rows import OneOf

HOLDOUT = "holdout"
HELD_OUT, TREATED = "held_out", "treated"
Weights = Sequence[tuple[str, int]]


def draw(seed: str, experiment: str, email: str, weights: Weights) -> str:
    """The arm of ``email``: the same for the same four arguments, in proportion to the weights."""
    digest = hmac.new(seed.encode(), f"{experiment}\0{email}".encode(), hashlib.sha256).digest()
    point = int.from_bytes(digest[:8]) * sum(weight for _arm, weight in weights) >> 64
    for arm, weight in weights:
        if point < weight:
            return arm
        point -= weight
    raise ValueError("An experiment needs arms with weights above zero.")


def assign(flow: Flow, experiment: str, email: str, weights: Weights) -> str:
    """The arm of ``email``, drawn at the first call and kept, even when the weights change later.

    An arm that exists no longer is drawn anew. Without an address the draw is not kept.
    """
    drawn = draw(f"{flow.code}:{flow.seed}", experiment, email, weights)
    if not email:
        return drawn
    mine = ExperimentAssignment.objects.filter(flow=flow, experiment=experiment)
    found, _created = mine.filter(email__in=spellings_of(email)).get_or_create(
        flow=flow, experiment=experiment, defaults={"email": email, "arm": drawn, "assigned_at": clock.now()}
    )
    if found.arm not in {arm for arm, _weight in weights}:
        ExperimentAssignment.objects.filter(pk=found.pk).update(arm=drawn, assigned_at=clock.now())
        return drawn
    return found.arm


def is_held_out(flow: Flow, definition: Definition, email: str) -> bool:
    """Whether ``email`` belongs to those who get no advertising from ``flow``, or would; draws nothing."""
    percent = definition.holdout
    if percent <= 0:
        return False
    kept = ExperimentAssignment.objects.filter(flow=flow, experiment=HOLDOUT, email__in=spellings_of(email))
    arm = kept.values_list("arm", flat=True).first()
    weights = _shares(percent)
    return (arm or draw(f"{flow.code}:{flow.seed}", HOLDOUT, email, weights)) == HELD_OUT


def _shares(percent: int) -> Weights:
    return [(HELD_OUT, percent), (TREATED, 100 - percent)]


class Draws:
    """Arms of the people of many ``runs``, read together at the first question and stored together by :meth:`write`.

    Where somebody else draws for the same person meanwhile, writing raises IntegrityError; whoever then asks run by run
    finds what was drawn.
    """

    def __init__(self, runs: Sequence[Run]) -> None:
        several = runs if len(runs) > 1 else ()
        self._emails = frozenset((run.flow_id, run.email) for run in several if run.email)
        self._arms: dict[tuple[int, str], dict[str, str]] = {}
        self._new: list[ExperimentAssignment] = []

    def arm(self, flow: Flow, experiment: str, email: str, weights: Weights) -> str:
        """The arm of ``email``, as :func:`assign` says it."""
        if (flow.pk, email) not in self._emails:
            return assign(flow, experiment, email, weights)
        arms = self._arms.get((flow.pk, experiment))
        if arms is None:
            arms = self._arms[flow.pk, experiment] = self._read(flow, experiment)
        if email not in arms:
            arms[email] = draw(f"{flow.code}:{flow.seed}", experiment, email, weights)
            row = {"flow": flow, "experiment": experiment, "email": email, "arm": arms[email]}
            self._new.append(ExperimentAssignment(assigned_at=clock.now(), **row))
        found = arms[email]
        return found if found in {arm for arm, _weight in weights} else assign(flow, experiment, email, weights)

    def held_out(self, flow: Flow, percent: int, email: str) -> bool:
        """Whether ``email`` is one of those who get no advertising from ``flow``, to measure its effect."""
        if percent <= 0:
            return False
        return self.arm(flow, HOLDOUT, email, _shares(percent)) == HELD_OUT

    def _read(self, flow: Flow, experiment: str) -> dict[str, str]:
        emails = [email for key, email in self._emails if key == flow.pk]
        known = {spelling: email for email in emails for spelling in spellings_of(email)}
        found = ExperimentAssignment.objects.filter(OneOf("email", known), flow=flow, experiment=experiment)
        return {known[spelling]: arm for spelling, arm in found.values_list("email", "arm")}

    def write(self) -> None:
        """Store what was drawn, in the caller's transaction."""
        new, self._new = self._new, []
        ExperimentAssignment.objects.bulk_create(new)
