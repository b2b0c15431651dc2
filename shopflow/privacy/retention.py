"""How long accounts are kept that nobody uses."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.retention import Period, Retention, retentions
from shopflow.privacy.unused import sweep_accounts


@retentions.register
class UnusedAccounts(Retention):
    code = "unused_accounts"
    label = _("Customer accounts that nobody uses")
    what = _(
        "The owner is told once, 45 days ahead. Who does not sign in until then is erased, as at their own request; "
        "what a law keeps stays."
    )
    law = _("Claims lapse after three years (§§ 195, 199 BGB); then nothing needs the account (Art. 5 (1) (e) GDPR)")
    period = Period(days=3 * 366)
    duty = True
    position = 510

    def sweep(self, *, before: datetime, limit: int) -> int:
        return sweep_accounts(before=before, limit=limit)
