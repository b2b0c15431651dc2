"""What the tests of the gates ask: rules, mails, and what was decided about them."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from shopflow.automations.models import AutomationSettings, Decision
from shopflow.automations.services.departing import judge_departures
from shopflow.contracts.mail import Departure, MailClass
from shopflow.core import clock
from shopflow.mailing.models import Message

EMAIL = "erika@example.org"
NEWS = (EMAIL, "newsletter")


def rules(**values):
    AutomationSettings.objects.filter(pk=1).update(**values)


def quiet_now():
    """Quiet hours of five hours around now, in the shop's zone."""
    local = timezone.localtime(clock.now())
    rules(quiet_from=(local - timedelta(hours=1)).time(), quiet_until=(local + timedelta(hours=4)).time())


def mails():
    return list(Message.objects.order_by("pk").values_list("to_email", flat=True))


def rulings():
    return list(Decision.objects.filter(gate="sending").order_by("pk").values_list("code", flat=True))


def departure(message, **more):
    """What is said when ``message`` leaves."""
    known = {
        "dedupe_key": message.dedupe_key, "email": message.to_email, "mail_class": MailClass(message.mail_class),
        "purpose": message.purpose, "queued_at": message.created_at,
    }  # fmt: skip
    return judge_departures([Departure(**{**known, **more})])[0]
