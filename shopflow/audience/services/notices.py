"""The notice of § 7 (3) UWG at a sale, the objection to it, and the shop's settings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from shopflow.audience.models import AudienceSettings, Consent, SaleNotice
from shopflow.audience.purposes import NOTICE_VERSION, purposes
from shopflow.audience.services.changes import refuse
from shopflow.audience.services.scoring import refresh_scores
from shopflow.core import clock
from shopflow.core.services import audit
from shopflow.mailing.addresses import normalise_email


def record_notice(*, order_id: int, objected: bool) -> SaleNotice:
    """Note that the buyer was told, and whether they objected; the words are kept with the order's agreements."""
    row, _created = SaleNotice.objects.get_or_create(
        order_id=order_id, defaults={"version": NOTICE_VERSION, "objected": objected, "at": clock.now()}
    )
    return row


def object_at_sale(*, email: str) -> int:
    """Object to advertising under § 7 (3) UWG only: agreements that the person has given stay. Returns how many."""
    agreed = Consent.objects.filter(email=normalise_email(email), state=Consent.State.GRANTED)
    kept = set(agreed.values_list("purpose", flat=True))
    wanted = [purpose.code for purpose in purposes if purpose.existing_customers and purpose.code not in kept]
    with transaction.atomic():
        return sum(refuse(email=email, purpose=code, source="checkout") for code in wanted)


def change_settings(*, actor: Any, categories: Iterable[Any], **values: Any) -> AudienceSettings:
    """Store how the shop treats its contacts; a changed half-life takes effect on all scores at once."""
    with transaction.atomic():
        before = AudienceSettings.objects.filter(pk=1).first() or AudienceSettings(pk=1)
        row, _created = AudienceSettings.objects.update_or_create(pk=1, defaults=values)
        row.similar_categories.set(categories)
        changed = sorted(name for name, value in values.items() if getattr(before, name) != value)
        audit(actor=actor, action="audience.settings", target=row, summary=", ".join(changed) or "–")
        if row.score_half_life_days != before.score_half_life_days:
            refresh_scores()
    return row
