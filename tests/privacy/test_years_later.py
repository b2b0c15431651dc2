"""Seven years after the last order nothing but what is still in force knows a guest's address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopflow.automations.models import Run
from shopflow.automations.reporting.folding import fold
from shopflow.core import clock
from shopflow.core.models import OutboxDelivery
from shopflow.mailing.models import Message
from shopflow.privacy.sweeping import sweep_all
from tests.privacy.test_i11_erasure import LOCAL, TYPED, settle, shop_with, tables_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller", "wagtail_site")]

STAYS = {
    "shopflow_audience_contact": "somebody who has agreed to be written to",
    "shopflow_audience_consent": "the consents that are in force",
    "customer_productalert": "a request that is open; the storefront takes old ones away",
}
GOES = {
    "shopflow_automations_decision",
    "shopflow_automations_run",
    "shopflow_core_outboxevent",
    "shopflow_mailing_message",
    "shopflow_ordering_basketactivity",
}


def test_after_seven_years_only_what_is_in_force_knows_the_address():
    shop_with(TYPED)
    settle()
    Message.objects.filter(dedupe_key__contains=LOCAL).update(dedupe_key="note:1")  # rooms name things, not people
    Message.objects.filter(due_at__isnull=False).update(
        state="accepted", accepted_at=clock.now(), due_at=None, lease_until=None
    )
    assert set(tables_with(LOCAL)) == {*STAYS, *GOES}
    counted = Message.objects.count(), Run.objects.count()
    clock.move_forward(timedelta(days=7 * 366))
    settle()
    fold()
    sweep_all()

    assert not OutboxDelivery.objects.exclude(state="done").exists()
    assert set(tables_with(LOCAL)) == set(STAYS)
    assert (Message.objects.count(), Run.objects.count()) == counted
