"""The gates that are asked once more in the moment that a mail leaves."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from shopflow.automations.services.departing import judge_departures
from shopflow.contracts.mail import Departure, HeldBack, SendingGate, sending_gates


@sending_gates.register
class RunStillStands(SendingGate):
    """Of a mail that a run has written: whether the run still wants it, and whether it may leave now."""

    code = "automations"
    label = _("Automations")

    def judge(self, mail: Departure) -> HeldBack | None:
        return judge_departures([mail])[0]

    def judge_all(self, mails: Sequence[Departure]) -> Sequence[HeldBack | None]:
        return judge_departures(mails)
