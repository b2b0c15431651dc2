"""Who gets what in an experiment, and who is held out: drawn once, the same for ever."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from shopflow.automations.models import ExperimentAssignment, Flow
from shopflow.core import clock

HOLDOUT = "holdout"
HELD_OUT, TREATED = "held_out", "treated"


def draw(seed: str, experiment: str, email: str, weights: Sequence[tuple[str, int]]) -> str:
    """The arm of ``email``: the same for the same four arguments, in proportion to the weights."""
    digest = hmac.new(seed.encode(), f"{experiment}\0{email}".encode(), hashlib.sha256).digest()
    point = int.from_bytes(digest[:8]) * sum(weight for _arm, weight in weights) >> 64
    for arm, weight in weights:
        if point < weight:
            return arm
        point -= weight
    raise ValueError("An experiment needs arms with weights above zero.")


def assign(flow: Flow, experiment: str, email: str, weights: Sequence[tuple[str, int]]) -> str:
    """The arm of ``email``, drawn at the first call and kept, even when the weights change later.

    An arm that exists no longer is drawn anew. Without an address the draw is not kept.
    """
    drawn = draw(f"{flow.code}:{flow.seed}", experiment, email, weights)
    if not email:
        return drawn
    found, _created = ExperimentAssignment.objects.get_or_create(
        flow=flow, experiment=experiment, email=email, defaults={"arm": drawn, "assigned_at": clock.now()}
    )
    if found.arm not in {arm for arm, _weight in weights}:
        ExperimentAssignment.objects.filter(pk=found.pk).update(arm=drawn, assigned_at=clock.now())
        return drawn
    return found.arm


def held_out(flow: Flow, percent: int, email: str) -> bool:
    """Whether ``email`` belongs to those who get no advertising from ``flow``, so that its effect can be measured."""
    if percent <= 0:
        return False
    return assign(flow, HOLDOUT, email, [(HELD_OUT, percent), (TREATED, 100 - percent)]) == HELD_OUT
