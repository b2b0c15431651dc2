"""How long mails keep their words and whom they went to."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.mail import MailClass
from shopflow.contracts.retention import Period, Retention, retentions
from shopflow.mailing.services import forget_old_messages


@retentions.register
class BusinessLetters(Retention):
    code = "business_letters"
    label = _("Mails about orders and accounts")
    what = _("Address, subject, text and attachments go. A row without a name stays for the figures.")
    law = _("Business letters: six years from the end of the year (§ 257 HGB, § 147 AO)")
    period = Period(years=6)
    duty = True
    position = 310

    def sweep(self, *, before: datetime, limit: int) -> int:
        kinds = (MailClass.LEGAL.value, MailClass.TRANSACTIONAL.value)
        return forget_old_messages(kinds=kinds, before=before, limit=limit)


@retentions.register
class Advertising(Retention):
    code = "advertising_mails"
    label = _("Advertising, and mails to the shop’s own people")
    what = _("Address, subject, text and attachments go. A row without a name stays for the figures.")
    law = _("To compare with the year before; the consent is proved by a record of its own (Art. 5 (1) (e) GDPR)")
    period = Period(days=400)
    position = 320

    def sweep(self, *, before: datetime, limit: int) -> int:
        kinds = (MailClass.ADVERTISING.value, MailClass.STAFF.value)
        return forget_old_messages(kinds=kinds, before=before, limit=limit)
