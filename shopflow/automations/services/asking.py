"""Asking conditions and writing down the answers."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from shopflow.automations.definitions import Question
from shopflow.automations.exceptions import StepStuck
from shopflow.automations.models import Decision, Flow, Run
from shopflow.contracts.automations import RunContext, Verdict, conditions
from shopflow.contracts.registry import UnknownCode
from shopflow.contracts.types import Label, Scalar
from shopflow.core import clock

logger = logging.getLogger("shopflow.automations")


def sentence(text: Label) -> str:
    """A reason in the shop's language, whichever language the worker happens to speak."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(text)


def lacking(needs: frozenset[str], subject: Mapping[str, Scalar]) -> list[str]:
    """Fields that an extension needs and the subject does not have."""
    return sorted(name for name in needs if subject.get(name) is None)


def ask(question: Question, context: RunContext) -> Verdict:
    """The answer to ``question``, with its negation applied; "unknown" stays unknown.

    Raises :class:`StepStuck` when the condition is not installed or fails: nobody knows then, and staff decide.
    """
    try:
        condition = conditions.get(question.condition)
    except UnknownCode as error:
        raise StepStuck("unknown_condition", str(error)) from error
    if missing := lacking(condition.needs, context.subject):
        return Verdict(None, _("The event does not say: %(fields)s.") % {"fields": ", ".join(missing)})
    try:
        with transaction.atomic():
            verdict = condition.evaluate(context, question.settings)
    except OperationalError:
        raise
    except Exception as error:  # a plugin's condition may fail in any way; the run is parked and staff see why
        logger.exception("The condition “%s” failed for %s", question.condition, context.run_key)
        raise StepStuck("condition_failed", f"{question.condition}: {type(error).__name__}: {error}") from error
    if question.negate and verdict.holds is not None:
        return Verdict(not verdict.holds, verdict.reason)
    return verdict


def record_verdict(
    *, gate: Decision.Gate, code: str, verdict: Verdict, flow: Flow, run: Run | None = None, **facts: Any
) -> None:
    """Write an answer into the log of decisions."""
    words = {True: Decision.Verdict.TRUE, False: Decision.Verdict.FALSE, None: Decision.Verdict.UNKNOWN}
    if run is not None:
        facts = {"email": run.email, "event_id": run.event_id, "subject": run.subject, "node": run.node, **facts}
    Decision.objects.create(
        flow=flow,
        run=run,
        gate=gate,
        code=code,
        verdict=words[verdict.holds],
        reason=sentence(verdict.reason),
        at=clock.now(),
        **facts,
    )
