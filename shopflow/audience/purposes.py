"""What people can agree to: each purpose with the exact text that is shown and recorded.

A text names who writes, by which channel, about what, and how to stop (Art. 7 GDPR, § 7 (2) UWG). Whoever changes a
text raises ``version``: earlier agreements keep the text that was shown.
"""

from __future__ import annotations

from abc import ABC
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label
from shopflow.core.queries import seller

_STOP_DE = "Ich kann das jederzeit widerrufen, zum Beispiel über den Abmeldelink in jeder dieser E-Mails."
_STOP_EN = "I can withdraw this at any time, for example with the unsubscribe link in each of these e-mails."


class Purpose(ABC):  # noqa: B024 - texts only
    """A kind of advertising mail that needs its own agreement. ``texts`` by language; ``{company}`` is filled in."""

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    description: ClassVar[Label] = ""
    version: ClassVar[str] = "1"
    texts: ClassVar[dict[str, str]] = {}

    def text(self, language: str) -> str:
        """The sentence to agree to; German where there is none in ``language``."""
        return self.texts.get(language[:2], self.texts["de"]).format(company=seller().name)


purposes: Registry[Purpose] = Registry("consent purpose", Purpose)


@purposes.register
class Newsletter(Purpose):
    code = "newsletter"
    label = _("Newsletter")
    description = _("News and offers from our shop, now and then.")
    texts = {
        "de": "Ja, {company} darf mir per E-Mail Neuigkeiten und Angebote zu Autoteilen, Zubehör und digitalen "
        f"Produkten aus dem eigenen Shop senden. {_STOP_DE}",
        "en": "Yes, {company} may send me news and offers on car parts, accessories and digital products from its own "
        f"shop by e-mail. {_STOP_EN}",
    }


@purposes.register
class CartReminder(Purpose):
    code = "cart_reminder"
    label = _("Basket reminder")
    description = _("A reminder when you leave goods in the basket.")
    texts = {
        "de": "Ja, {company} darf mich per E-Mail an Artikel erinnern, die ich im Online-Shop in den Warenkorb gelegt, "
        f"aber nicht bestellt habe. {_STOP_DE}",
        "en": "Yes, {company} may remind me by e-mail of goods that I put into the basket of the online shop but did "
        f"not order. {_STOP_EN}",
    }


@purposes.register
class ReviewRequest(Purpose):
    code = "review_request"
    label = _("Review request")
    description = _("A question about your satisfaction after a delivery.")
    texts = {
        "de": "Ja, {company} darf mich nach einer Lieferung per E-Mail bitten, die gekauften Artikel zu bewerten. "
        f"{_STOP_DE}",
        "en": f"Yes, {{company}} may ask me by e-mail after a delivery to review the goods I bought. {_STOP_EN}",
    }
