"""The gates that are asked once more in the moment that a mail leaves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.automations.services.departing import judge_departure
from shopflow.contracts.mail import Departure, HeldBack, SendingGate, sending_gates


@sending_gates.register
class RunStillStands(SendingGate):
    """Of a mail that a run has written: whether the run still wants it, and whether it may leave now."""

    code = "automations"
    label = _("Automations")

    def judge(self, mail: Departure) -> HeldBack | None:
        return judge_departure(mail)
