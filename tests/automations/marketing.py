"""What tests of the automations about contacts share: the shop's clock, a subscriber, and what was mailed when."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.timezone import localtime

from oscar_ext.order.events import OrderPlaced
from shopflow.audience.models import Contact
from shopflow.audience.services import grant_consent, save_contact
from shopflow.automations.models import Flow, Run
from shopflow.automations.services import sync_builtin_flows
from shopflow.automations.services.occasions import announce_occasions
from shopflow.core import clock
from shopflow.core.models import ClockShift
from shopflow.core.services import deliver_due
from shopflow.mailing.models import Message

EMAIL = "erika@example.org"
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2031, 3, 3, 8, 0, tzinfo=BERLIN)
"""A Monday at eight, far from holidays and from the changes of the clocks."""


@pytest.fixture(autouse=True)
def world():
    """No stand-ins here."""


@pytest.fixture(autouse=True)
def shop(seller, any_hour):
    sync_builtin_flows()
    Flow.objects.exclude(code="hot_lead").update(enabled=False)
    go_to(MONDAY)


def go_to(moment: datetime) -> None:
    """Set the shop's clock."""
    ClockShift.objects.update_or_create(pk=1, defaults={"seconds": 0})
    clock.move_forward(moment - clock.now() + timedelta(seconds=2))


def deliver() -> None:
    while deliver_due():
        pass


def switch_on(*codes: str) -> None:
    """Switch flows on."""
    Flow.objects.filter(code__in=codes).update(enabled=True)


def subscriber(email: str = EMAIL, purpose: str = "newsletter", **values: object) -> Contact:
    save_contact(email=email)
    grant_consent(email=email, purpose=purpose, source="test", language="de")
    Contact.objects.filter(email=email).update(**values)
    deliver()
    return Contact.objects.get(email=email)


def mails(email: str = EMAIL) -> list[str]:
    return list(
        Message.objects.filter(to_email=email)
        .exclude(template="order_confirmation")
        .order_by("pk")
        .values_list("template", flat=True)
    )


def sent_at(template: str) -> str:
    """When the mail was written, on the clocks of Berlin."""
    return f"{localtime(Message.objects.get(template=template).created_at, BERLIN):%a %d.%m. %H:%M}"


def run_of(code: str) -> Run:
    return Run.objects.get(flow__code=code)


def step_through(code: str, work_on, *, until: int = 40) -> None:
    """Let the time pass from one due date of the run to the next, until it is over."""
    for _turn in range(until):
        deliver()
        run = Run.objects.filter(flow__code=code, state__in=Run.OPEN).order_by("pk").last()
        if run is None:
            return
        work_on(seconds=max((run.due_at - clock.now()).total_seconds(), 0) + 1)
    run.refresh_from_db()
    raise AssertionError(f"the run does not end: {run.state} at {run.node}, {run.reason}")


def order_placed(email: str = EMAIL, number: int = 1) -> OrderPlaced:
    return OrderPlaced(
        order_id=number, order_number=str(number), email=email, user_id=None, basket_id=None,
        payment_method="bank_transfer", total_cents=100,
    )  # fmt: skip


def occasions() -> int:
    """Ask the clock's triggers, and deliver what they say."""
    count = announce_occasions()
    deliver()
    return count
