"""What the audience plugs into the sockets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

from shopflow.audience import (  # noqa: F401 - they register themselves
    actions,
    activity,
    campaigns,
    conditions,
    events,
    fields,
    flows,
    gates,
    magnets,
    order_fields,
    personal_data,
    queries,
    recommending,
    retention,
    review_fields,
    subscribers,
    surveys,
    triggers,
    vouchers,
    words,
)
from shopflow.audience.existing_customers import judge_all
from shopflow.audience.links import preferences_url
from shopflow.audience.purposes import objection_notice
from shopflow.contracts.mail import BasisVerdict, LegalBasis, MailContext, legal_bases, mail_contexts
from shopflow.contracts.pages import AccountPage, StaffPage, account_pages, staff_pages
from shopflow.contracts.types import JSONDict, Scalar


@legal_bases.register
class ConsentBasis(LegalBasis):
    """Express consent with double opt-in (§ 7 (2) UWG, Art. 6 (1) a GDPR)."""

    code = "consent"
    label = _("Consent")

    def holds(self, *, email: str, purpose: str) -> BasisVerdict:
        return self.holds_for(emails=[email], purpose=purpose)[email]

    def holds_for(self, *, emails: Sequence[str], purpose: str) -> Mapping[str, BasisVerdict]:
        agreed = queries.consenting(emails, purpose)
        refused = BasisVerdict(False, _("The person has not agreed to these e-mails, or has withdrawn."))
        return {email: BasisVerdict(True) if email in agreed else refused for email in emails}


@legal_bases.register
class ExistingCustomer(LegalBasis):
    """The exception for existing customers (§ 7 (3) UWG); off until the shop switches it on."""

    code = "existing_customer"
    label = _("Existing customer (§ 7 (3) UWG)")

    def holds(self, *, email: str, purpose: str) -> BasisVerdict:
        return self.holds_for(emails=[email], purpose=purpose)[email]

    def holds_for(self, *, emails: Sequence[str], purpose: str) -> Mapping[str, BasisVerdict]:
        return judge_all(emails=emails, purpose=purpose)


@legal_bases.register
class ConsentOrCustomer(LegalBasis):
    """Consent, or else the exception for existing customers. Its mails always carry the notice of § 7 (3) No. 4 UWG."""

    code = "consent_or_customer"
    label = _("Consent, or existing customer (§ 7 (3) UWG)")

    def holds(self, *, email: str, purpose: str) -> BasisVerdict:
        return self.holds_for(emails=[email], purpose=purpose)[email]

    def holds_for(self, *, emails: Sequence[str], purpose: str) -> Mapping[str, BasisVerdict]:
        agreed = queries.consenting(emails, purpose)
        others = judge_all(emails=[email for email in emails if email not in agreed], purpose=purpose)
        return {email: BasisVerdict(True) if email in agreed else others[email] for email in emails}


@mail_contexts.register
class Preferences(MailContext):
    """``preferences_url``: where the recipient chooses which mails to get. ``objection_notice``: § 7 (3) No. 4 UWG."""

    code = "mail_preferences"
    label = _("Link to the e-mail settings")
    needs = frozenset({"email"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        contact = queries.contact_of(str(subject["email"] or ""))
        if contact is None:
            return {"preferences_url": "", "objection_notice": ""}
        return {"preferences_url": preferences_url(contact), "objection_notice": objection_notice(contact.language)}


@account_pages.register
class MailSettingsPage(AccountPage):
    code = "mail_settings"
    label = _("E-mail settings")
    icon = "mail"
    position = 70
    url_name = "shopflow-audience:account"


@account_pages.register
class ReferralPage(AccountPage):
    code = "referral"
    label = _("Recommend us")
    icon = "share-2"
    position = 75
    url_name = "shopflow-audience:referral"


@staff_pages.register
class ContactsPage(StaffPage):
    code = "contacts"
    label = _("Contacts")
    group = _("Customers")
    icon = "contact"
    position = 30
    permission = "shopflow_audience.view_contact"
    url_name = "contacts"

    def urlpatterns(self) -> Sequence[URLPattern | URLResolver]:
        from shopflow.audience.staff_urls import contact_patterns

        return contact_patterns


@staff_pages.register
class LeadsPage(StaffPage):
    code = "leads"
    label = _("Leads")
    group = _("Customers")
    icon = "handshake"
    position = 28
    permission = "shopflow_audience.view_contact"
    url_name = "leads"

    def urlpatterns(self) -> Sequence[URLPattern | URLResolver]:
        from shopflow.audience.staff_urls import lead_patterns

        return lead_patterns


@staff_pages.register
class SegmentsPage(StaffPage):
    code = "segments"
    label = _("Segments")
    group = _("Customers")
    icon = "funnel"
    position = 32
    permission = "shopflow_audience.view_segment"
    url_name = "segments"

    def urlpatterns(self) -> Sequence[URLPattern | URLResolver]:
        from shopflow.audience.staff_urls import segment_patterns

        return segment_patterns


@staff_pages.register
class CampaignsPage(StaffPage):
    code = "campaigns"
    label = _("Campaigns")
    group = _("Customers")
    icon = "megaphone"
    position = 36
    permission = "shopflow_audience.view_campaign"
    url_name = "campaigns"

    def urlpatterns(self) -> Sequence[URLPattern | URLResolver]:
        from shopflow.audience.staff_urls import campaign_patterns

        return campaign_patterns


@staff_pages.register
class ShareLinksPage(StaffPage):
    code = "share-links"
    label = _("Share links")
    group = _("Customers")
    icon = "share-2"
    position = 34
    permission = "shopflow_audience.view_sharelink"
    url_name = "share-links"

    def urlpatterns(self) -> Sequence[URLPattern | URLResolver]:
        from shopflow.audience.staff_urls import share_patterns

        return share_patterns


@staff_pages.register
class SurveyAnswersPage(StaffPage):
    code = "survey-answers"
    label = _("Answers in the shop")
    group = _("Customers")
    icon = "message-circle-question-mark"
    position = 38
    permission = "shopflow_audience.view_surveyanswer"
    url_name = "survey-answers"

    def urlpatterns(self) -> Sequence[URLPattern | URLResolver]:
        from shopflow.audience.staff_urls import survey_patterns

        return survey_patterns
