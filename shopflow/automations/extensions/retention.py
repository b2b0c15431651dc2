from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from shopflow.automations.services.retention import forget_old_places, forget_old_runs, forget_recipients
from shopflow.contracts.retention import Period, Retention, retentions


@retentions.register
class OldRuns(Retention):
    """Who went through which automation, and why what was done."""

    code = "automation_runs"
    label = _("Runs of automations that have ended, and decisions")
    what = _(
        "Address, steps and reasons go, also from places in experiments and the list of people written to. A row "
        "without a name stays for the figures and lets nobody in twice."
    )
    law = _("To explain what was sent and why, and to compare years (Art. 5 (1) (e) GDPR)")
    period = Period(days=730)
    position = 110

    def sweep(self, *, before: datetime, limit: int) -> int:
        gone = forget_old_runs(before=before, limit=limit)
        if gone < limit:
            gone += forget_old_places(before=before, limit=limit - gone)
        if gone < limit:
            gone += forget_recipients(limit=limit - gone)
        return gone
