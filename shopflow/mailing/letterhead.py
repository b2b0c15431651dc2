"""What mails that are written together have in common, read once for all of them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from shopflow.contracts.mail import MailClass
from shopflow.core.models import Seller
from shopflow.core.queries import seller
from shopflow.mailing.links import site_url
from shopflow.mailing.models import MailText
from shopflow.mailing.queries import message_id_domain, text_in_use, text_version


class Letterhead:
    """Facts of this moment; a letterhead lives as long as one batch, never longer."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, str, str], MailText | None] = {}

    @cached_property
    def seller(self) -> Seller:
        return seller()

    @cached_property
    def domain(self) -> str:
        """The domain of Message-IDs."""
        return message_id_domain(self.seller)

    def shared(self, mail_class: str) -> dict[str, Any]:
        """What ``mail/base.html`` needs in every mail: the seller, the shop's address, whether it is advertising."""
        return {
            "seller": self.seller,
            "site_url": site_url(),
            "mail_class": mail_class,
            "is_advertising": mail_class == MailClass.ADVERTISING,
        }

    def text(self, template: str, language: str, text_hash: str = "") -> MailText | None:
        """The words of staff that are in use, or those of the edition ``text_hash``; None for the shipped ones."""
        key = (template, language, text_hash)
        if key not in self._texts:
            found = text_version(template, language, text_hash) if text_hash else text_in_use(template, language)
            self._texts[key] = found
        return self._texts[key]
