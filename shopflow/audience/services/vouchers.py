"""Personal vouchers: Oscar's own, for one person and one use, with an end that the checkout keeps."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from shopflow.audience.exceptions import ValueRefused
from shopflow.audience.models import Contact, PersonalVoucher
from shopflow.core import clock

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and digits that are not taken for each other."""
HIGHEST = 50


def give_voucher(
    *, contact: Contact, percent: int, ends_at: datetime, flow: str, source_key: str, at: datetime | None = None
) -> PersonalVoucher | None:
    """A voucher of ``percent`` on the whole basket, for one order until ``ends_at``; None if it was given before.

    ``at`` is the moment that it counts as given, now unless said otherwise.
    Raises ValueRefused for a share that the shop never gives.
    """
    if not 1 <= percent <= HIGHEST:
        raise ValueRefused(_("A voucher takes 1 to %(highest)s percent off.") % {"highest": HIGHEST})
    given_at = at or clock.now()
    with transaction.atomic():
        if PersonalVoucher.objects.filter(source_key=source_key).exists():
            return None
        code = get_random_string(10, LETTERS)
        model = get_model("voucher", "Voucher")
        voucher = model.objects.create(
            name=_("Personal voucher %(code)s") % {"code": code},
            code=code,
            usage=model.SINGLE_USE,
            start_datetime=given_at,
            end_datetime=ends_at,
        )
        voucher.offers.add(_offer(percent))
        return PersonalVoucher.objects.create(
            contact=contact, voucher=voucher, flow=flow, percent=percent, source_key=source_key, given_at=given_at
        )


def end_of_day(days: int) -> datetime:
    """The last second of the day that lies ``days`` ahead, on the shop's clocks."""
    day = timezone.localtime(clock.now()).date() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


def _offer(percent: int) -> Any:
    """Oscar's offer behind all personal vouchers of this share, made when it is first needed."""
    offers, name = get_model("offer", "ConditionalOffer"), f"Persönlicher Gutschein {percent} %"
    found = offers.objects.filter(name=name, offer_type=offers.VOUCHER).first()
    if found is not None:
        return found
    goods, _made = get_model("offer", "Range").objects.get_or_create(
        name="Alle Artikel (persönliche Gutscheine)", defaults={"includes_all_products": True}
    )
    condition = get_model("offer", "Condition").objects.create(range=goods, type="Count", value=1)
    benefit = get_model("offer", "Benefit").objects.create(range=goods, type="Percentage", value=percent)
    return offers.objects.create(name=name, offer_type=offers.VOUCHER, condition=condition, benefit=benefit)
