"""``{% open_survey basket as survey %}``: the question that the basket's owner is to be asked, or nothing.

``code|purpose_words`` and ``code|origin_words``: what people call a purpose of consent, and where a consent came from.
"""

from __future__ import annotations

from typing import Any

from django import template

from shopflow.audience.models import SurveyInvitation
from shopflow.audience.origins import origin_words
from shopflow.audience.purposes import purpose_words
from shopflow.core import clock

register = template.Library()
register.filter(origin_words)
register.filter(purpose_words)


@register.simple_tag
def open_survey(basket: Any) -> SurveyInvitation | None:
    """Only whoever has the basket sees it; one query, none for a basket that is not stored."""
    if not getattr(basket, "pk", None):
        return None
    found = SurveyInvitation.objects.filter(source_key=f"basket:{basket.pk}", closed_at__isnull=True)
    return found.filter(expires_at__gt=clock.now()).first()
