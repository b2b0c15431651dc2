"""How long contacts are kept."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from shopflow.audience.services.oblivion import forget_contacts
from shopflow.contracts.retention import Period, Retention, retentions


@retentions.register
class IdleContacts(Retention):
    """Contacts without an account; a consent, an order or a press of a button is a sign of life, and so on."""

    code = "idle_contacts"
    label = _("Contacts without an account, of whom nobody has heard")
    what = _("The contact goes with tags, values, points and consents that have ended. Refusals stay as fingerprints.")
    law = _("As long as the proof of a consent after its end (§§ 195, 199 BGB, Art. 5 (1) (e) GDPR)")
    period = Period(days=3 * 366)
    duty = True
    position = 210

    def sweep(self, *, before: datetime, limit: int) -> int:
        return forget_contacts(before=before, limit=limit)
