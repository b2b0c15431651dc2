"""What the audience plugs into the sockets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shopflow.audience import events, gates, personal_data, queries, services  # noqa: F401 - some register themselves
from shopflow.audience.forms import PurposeForm
from shopflow.audience.links import preferences_url
from shopflow.audience.purposes import purposes
from shopflow.contracts.automations import Condition, RunContext, Verdict, conditions
from shopflow.contracts.events import EventSubscriber, PublishedEvent, subscribers
from shopflow.contracts.mail import BasisVerdict, LegalBasis, MailContext, legal_bases, mail_contexts
from shopflow.contracts.pages import AccountPage, account_pages
from shopflow.contracts.types import JSONDict, Label, Scalar
from shopflow.mailing.events import MailUnsubscribed


@legal_bases.register
class ConsentBasis(LegalBasis):
    """Express consent with double opt-in (§ 7 (2) UWG, Art. 6 (1) a GDPR)."""

    code = "consent"
    label = _("Consent")

    def holds(self, *, email: str, purpose: str) -> BasisVerdict:
        if queries.has_consent(email=email, purpose=purpose):
            return BasisVerdict(True)
        return BasisVerdict(False, _("The person has not agreed to these e-mails, or has withdrawn."))


@conditions.register
class HasConsent(Condition):
    code = "has_consent"
    label = _("has agreed to e-mails")
    needs = frozenset({"email"})
    form_class = PurposeForm

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        email = context.text("email")
        if not email:
            return Verdict(None, _("No e-mail address is known."))
        purpose = purposes.get(settings["purpose"])
        if queries.has_consent(email=email, purpose=purpose.code):
            return Verdict(True, gettext("Has agreed: %(purpose)s") % {"purpose": purpose.label})
        return Verdict(False, gettext("Has not agreed: %(purpose)s") % {"purpose": purpose.label})

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return gettext("Has agreed: %(purpose)s") % {"purpose": purposes.get(settings["purpose"]).label}


@mail_contexts.register
class Preferences(MailContext):
    """``preferences_url``: where the recipient chooses which mails to get."""

    code = "mail_preferences"
    label = _("Link to the e-mail settings")
    needs = frozenset({"email"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        contact = queries.contact_of(str(subject["email"] or ""))
        return {"preferences_url": preferences_url(contact) if contact else ""}


@subscribers.register
class UnsubscribedMeansWithdrawn(EventSubscriber):
    """Who unsubscribes from a mail takes the consent back."""

    code = "audience_unsubscribed"
    label = _("Withdraw consent when somebody unsubscribes")
    events = frozenset({"mail_unsubscribed"})

    def handle(self, published: PublishedEvent) -> None:
        event = published.event
        assert isinstance(event, MailUnsubscribed)  # noqa: S101 - the registry delivers no other
        if event.purpose:
            services.withdraw_consent(
                email=event.email, purpose=event.purpose, source=event.reason, as_of=published.occurred_at
            )
        else:
            services.withdraw_all(email=event.email, source=event.reason, as_of=published.occurred_at)


@account_pages.register
class MailSettingsPage(AccountPage):
    code = "mail_settings"
    label = _("E-mail settings")
    icon = "mail"
    position = 70
    url_name = "shopflow-audience:account"
