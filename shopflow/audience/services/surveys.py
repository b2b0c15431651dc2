"""One question, asked in the shop; the answer keeps no name."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from shopflow.audience.models import Contact, SurveyAnswer, SurveyInvitation
from shopflow.core import clock


def invite_to_survey(
    *, contact: Contact, survey: str, source_key: str, at: datetime, days: int
) -> SurveyInvitation | None:
    """Ask the contact when they are in the shop next, for ``days`` days; None if they were asked before."""
    row, made = SurveyInvitation.objects.get_or_create(
        source_key=source_key,
        defaults={"contact": contact, "survey": survey, "invited_at": at, "expires_at": at + timedelta(days=days)},
    )
    return row if made else None


def answer_survey(*, invitation: SurveyInvitation, choice: str, text: str = "") -> bool:
    """Keep the answer without a name; False if it was given or put aside before."""
    with transaction.atomic():
        if not close_survey(invitation=invitation):
            return False
        day = timezone.localtime(clock.now()).date()
        SurveyAnswer.objects.create(survey=invitation.survey, choice=choice, text=text.strip()[:500], day=day)
    return True


def close_survey(*, invitation: SurveyInvitation) -> bool:
    """Ask no more; False if that was so already."""
    mine = SurveyInvitation.objects.filter(pk=invitation.pk, closed_at__isnull=True)
    return bool(mine.update(closed_at=clock.now()))


def purge_surveys() -> int:
    """Forget whom was asked, once the time for it is over; returns how many."""
    count, _per_model = SurveyInvitation.objects.filter(expires_at__lt=clock.now()).delete()
    return count
