"""How long baskets and attempts know whose they were."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.retention import Period, Retention, retentions
from shopflow.ordering.services.retention import forget_left_baskets, forget_old_attempts


@retentions.register
class LeftBaskets(Retention):
    code = "left_baskets"
    label = _("Baskets that were left")
    what = _("The address goes. A basket of an account stays in the account.")
    law = _("Nobody is reminded of them any more (Art. 5 (1) (e) GDPR)")
    period = Period(days=30)
    position = 610

    def sweep(self, *, before: datetime, limit: int) -> int:
        return forget_left_baskets(before=before, limit=limit)


@retentions.register
class FailedAttempts(Retention):
    code = "failed_attempts"
    label = _("Attempts to order that became no order")
    what = _("Address, account and all that was entered go. Number, amount and what became of it stay.")
    law = _("Payments can be disputed for 13 months (§ 676b (2) BGB)")
    period = Period(days=400)
    position = 620

    def sweep(self, *, before: datetime, limit: int) -> int:
        return forget_old_attempts(before=before, limit=limit)
