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


_CHOOSE_DE = (
    "Ich kann das jederzeit widerrufen, zum Beispiel in den E-Mail-Einstellungen, zu denen jede dieser E-Mails führt."
)
_CHOOSE_EN = (
    "I can withdraw this at any time, for example in the e-mail settings, which each of these e-mails leads to."
)


class Purpose(ABC):  # noqa: B024 - texts only
    """A kind of advertising mail that needs its own agreement. ``texts`` by language; ``{company}`` is filled in.

    ``existing_customers``: such mails may also rest on § 7 (3) UWG, as far as all that it demands is met.
    ``about_the_purchase``: they speak of the goods that were bought and of no others, so that these need no comparing.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    description: ClassVar[Label] = ""
    version: ClassVar[str] = "1"
    texts: ClassVar[dict[str, str]] = {}
    existing_customers: ClassVar[bool] = False
    about_the_purchase: ClassVar[bool] = False

    def text(self, language: str) -> str:
        """The sentence to agree to; German where there is none in ``language``."""
        return self.texts.get(language[:2], self.texts["de"]).format(company=seller().name)


purposes: Registry[Purpose] = Registry("consent purpose", Purpose)


def purpose_words(code: str) -> Label:
    """The purpose's name; its code if the plugin that asked for it is gone."""
    return purposes.get(code).label if code in purposes else code


@purposes.register
class Newsletter(Purpose):
    code = "newsletter"
    label = _("Newsletter")
    existing_customers = True
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
    """Since version 2 its text says when people are asked about digital goods, which nobody delivers to a door."""

    code = "review_request"
    version = "2"
    label = _("Review request")
    existing_customers = True
    about_the_purchase = True
    description = _("A question about your satisfaction after a purchase.")
    texts = {
        "de": "Ja, {company} darf mich nach einer Lieferung oder nach der ersten Nutzung digitaler Produkte per E-Mail "
        f"bitten, die gekauften Artikel zu bewerten. {_STOP_DE}",
        "en": "Yes, {company} may ask me by e-mail after a delivery or after the first use of digital products to "
        f"review the goods I bought. {_STOP_EN}",
    }


@purposes.register
class Birthday(Purpose):
    code = "birthday"
    label = _("Birthday greeting")
    description = _("A greeting on your birthday, sometimes with a voucher.")
    texts = {
        "de": "Ja, {company} darf mein Geburtsdatum speichern und mir einmal im Jahr per E-Mail zum Geburtstag "
        f"gratulieren, gegebenenfalls mit einem Gutschein. {_STOP_DE} Mein Geburtsdatum wird dann gelöscht.",
        "en": "Yes, {company} may keep my date of birth and send me birthday wishes by e-mail once a year, possibly "
        f"with a voucher. {_STOP_EN} My date of birth is then deleted.",
    }


@purposes.register
class Documents(Purpose):
    """Not advertising: the confirmed address to which documents go that the person has asked for."""

    code = "lead_magnet"
    label = _("Documents that I ask for")
    description = _("Checklists and the like, whenever you ask for one.")
    texts = {
        "de": "Ja, {company} darf mir Unterlagen, die ich im Online-Shop anfordere, an diese Adresse schicken. "
        f"{_CHOOSE_DE}",
        "en": "Yes, {company} may send documents that I ask for in the online shop to this address. " + _CHOOSE_EN,
    }


@purposes.register
class VehicleDates(Purpose):
    code = "vehicle"
    label = _("Dates of your vehicle")
    description = _("Reminders of the general inspection, service and change of wheels.")
    texts = {
        "de": "Ja, {company} darf die Daten meiner Fahrzeuge (zum Beispiel Schlüsselnummern, Erstzulassung, "
        "Kilometerstand und Termin der Hauptuntersuchung) speichern und mich per E-Mail an Hauptuntersuchung, Wartung "
        f"und Räderwechsel erinnern und mir dazu passende Teile und Termine anbieten. {_STOP_DE}",
        "en": "Yes, {company} may keep the data of my vehicles (such as type keys, first registration, mileage and "
        "date of the general inspection), remind me by e-mail of general inspection, service and change of wheels, and "
        f"offer me fitting parts and appointments. {_STOP_EN}",
    }


@purposes.register
class Tracking(Purpose):
    """No mail of its own: it allows to measure how the others are read and, since version 2 of its text, which products
    somebody who is signed in looks at.
    """

    code = "tracking"
    version = "2"
    label = _("Measuring of e-mails and products looked at")
    description = _(
        "We see which links in our e-mails you follow and, while you are signed in, which products you look at, and "
        "choose better what we send."
    )
    texts = {
        "de": "Ja, {company} darf erfassen, ob und wann ich ihre Werbe-E-Mails öffne, welche Links darin ich anklicke "
        "und welche Produkte ich mir im Online-Shop ansehe, während ich angemeldet bin, und dies mit meiner "
        f"E-Mail-Adresse zusammen speichern und auswerten, um mir passendere Inhalte zu senden. {_CHOOSE_DE}",
        "en": "Yes, {company} may record whether and when I open its advertising e-mails, which links in them I follow "
        "and which products I look at in the online shop while I am signed in, keep this together with my e-mail "
        f"address and evaluate it in order to send me content that suits me better. {_CHOOSE_EN}",
    }


NOTICE_VERSION = "1"
_NOTICES = {
    "de": "Wir verwenden Ihre E-Mail-Adresse aus dieser Bestellung, um Ihnen per E-Mail eigene ähnliche Waren "
    "anzubieten und Sie um eine Bewertung zu bitten. Sie können dem jederzeit widersprechen, zum Beispiel über den "
    "Abmeldelink in jeder E-Mail, ohne dass dafür andere als die Übermittlungskosten nach den Basistarifen entstehen.",
    "en": "We use your e-mail address from this order to offer you similar goods of our own and to ask you for a "
    "review. You can object at any time, for example with the unsubscribe link in each e-mail, at no cost beyond the "
    "basic rates of transmission.",
}
_OBJECTIONS = {
    "de": "Nein danke, ich möchte keine solchen E-Mails.",
    "en": "No, thank you, I do not want such e-mails.",
}
_NOTICES_IN_MAILS = {
    "de": "Sie erhalten diese E-Mail, weil Sie bei {company} bestellt haben. Sie können der Verwendung Ihrer "
    "E-Mail-Adresse für solche Angebote jederzeit widersprechen, ohne dass dafür andere als die Übermittlungskosten "
    "nach den Basistarifen entstehen.",
    "en": "You receive this e-mail because you have ordered from {company}. You can object to the use of your e-mail "
    "address for such offers at any time, at no cost beyond the basic rates of transmission.",
}


def notice_at_sale(language: str) -> str:
    """What buyers are told when the address is taken (§ 7 (3) No. 4 UWG), in version :data:`NOTICE_VERSION`."""
    return _NOTICES.get(language[:2], _NOTICES["de"])


def objection_at_sale(language: str) -> str:
    """The box beside it by which a buyer objects on the spot."""
    return _OBJECTIONS.get(language[:2], _OBJECTIONS["de"])


def objection_notice(language: str) -> str:
    """The sentence that every mail under § 7 (3) UWG must carry."""
    return _NOTICES_IN_MAILS.get(language[:2], _NOTICES_IN_MAILS["de"]).format(company=seller().name)
