"""How long events say whom they are about."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.retention import Period, Retention, retentions
from shopflow.core.services import forget_old_events


@retentions.register
class Events(Retention):
    code = "events"
    label = _("What has happened (events)")
    what = _("Address and account go. What has happened stays, about nobody, so that nothing is told twice.")
    law = _("Automations are tried out on the past year (Art. 5 (1) (e) GDPR)")
    period = Period(days=400)
    position = 890

    def sweep(self, *, before: datetime, limit: int) -> int:
        return forget_old_events(before=before, limit=limit)
