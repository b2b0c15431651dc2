"""First steps with a digital good: written, moved and taken out by staff."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max

from shopflow.core.services import audit
from shopflow.delivery.models import DigitalGood, FirstStep


@transaction.atomic
def save_first_step(
    *, good: DigitalGood, day: int, title: str, text: str, link: str = "", step_id: int | None = None, actor: Any = None
) -> FirstStep:
    """Write a new first step, or other words for the one with ``step_id``; a new one of its day comes last. One that
    somebody has removed in the meantime is written anew, so that no words are lost.

    Raises ValidationError for words that advertise, a link that does not do, and a day that does not exist.
    """
    _lock(good)
    step = FirstStep.objects.filter(pk=step_id or 0, good=good).first() or FirstStep(good=good)
    if step.pk is None or step.day != day:
        step.position = _last(good, day) + 1
    step.day, step.title, step.text, step.link = day, title.strip(), _lines(text), link.strip()
    step.full_clean()
    step.save()
    if actor is not None:
        audit(actor=actor, action="digital_good.first_step", target=step, summary=f"{good}: {step.day}: {step}")
    return step


def _lock(good: DigitalGood) -> None:
    """Only one writer at a time places a good's steps, so that two of them do not take the same place."""
    DigitalGood.objects.select_for_update().get(pk=good.pk)


def _last(good: DigitalGood, day: int) -> int:
    return good.first_steps.filter(day=day).aggregate(last=Max("position"))["last"] or 0


def _lines(text: str) -> str:
    return "\n".join(text.split("\r\n")).strip()


@transaction.atomic
def move_first_step(*, step: FirstStep, actor: Any = None) -> bool:
    """Let ``step`` change places with the one before it on its day; False if there is none, or it has gone."""
    _lock(step.good)
    same_day = FirstStep.objects.filter(good_id=step.good_id, day=step.day)
    place = same_day.filter(pk=step.pk).values_list("position", flat=True).first()
    before = None if place is None else same_day.filter(position__lt=place).order_by("-position").first()
    if place is None or before is None:
        return False
    for pk, position in ((step.pk, 0), (before.pk, place), (step.pk, before.position)):  # 0 is nobody's place
        same_day.filter(pk=pk).update(position=position)
    if actor is not None:
        audit(actor=actor, action="digital_good.first_step_move", target=step, summary=f"{step.good}: {step}")
    return True


@transaction.atomic
def remove_first_step(*, step: FirstStep, actor: Any = None) -> None:
    """Take a first step out of its good; mails that have gone stay as they are."""
    if actor is not None:
        audit(actor=actor, action="digital_good.first_step_remove", target=step, summary=f"{step.good}: {step}")
    step.delete()
