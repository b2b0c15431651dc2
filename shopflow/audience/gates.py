"""The optional boxes at the end of the checkout, and the notice of § 7 (3) UWG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from shopflow.audience import queries, services
from shopflow.audience.models import Consent
from shopflow.audience.purposes import notice_at_sale, objection_at_sale, purposes
from shopflow.contracts.checkout import Agreement, Checkout, CheckoutGate, Declaration, checkout_gates

OFFERED = ("review_request", "cart_reminder")


@checkout_gates.register
class MailConsentGate(CheckoutGate):
    """Offers mails after the purchase, unticked and without any pressure; a tick starts the double opt-in."""

    code = "mail_consent"
    label = _("E-mails after the purchase")
    position = 900

    def declarations(self, checkout: Checkout) -> Sequence[Declaration]:
        states = queries.consent_states(checkout.email) if checkout.email else {}
        return [
            Declaration(key=code, html=escape(purposes.get(code).text(checkout.language)), required=False)
            for code in OFFERED
            if states.get(code) != Consent.State.GRANTED
        ]

    def follow_up(self, *, order_id: int, checkout: Checkout, agreements: Mapping[str, Agreement]) -> None:
        agreed = [code for code in OFFERED if code in agreements and agreements[code].accepted]
        if agreed and checkout.email:
            services.request_consent(
                email=checkout.email, purposes=agreed, source="checkout", language=checkout.language
            )


@checkout_gates.register
class ExistingCustomerGate(CheckoutGate):
    """Tells buyers that they may get offers of similar goods, and lets them object; only if the shop uses the rule."""

    code = "existing_customer"
    label = _("Notice about offers of similar goods")
    position = 890

    def declarations(self, checkout: Checkout) -> Sequence[Declaration]:
        if not checkout.email or not queries.audience_settings().existing_customer_mail:
            return ()
        notice, objection = notice_at_sale(checkout.language), objection_at_sale(checkout.language)
        return (
            Declaration(key="notice", html=escape(notice), checkbox=False, required=False),
            Declaration(key="objection", html=escape(objection), required=False),
        )

    def record(self, *, order_id: int, checkout: Checkout, agreements: Mapping[str, Agreement]) -> None:
        if "notice" in agreements:
            services.record_notice(order_id=order_id, objected=_objects(agreements))

    def follow_up(self, *, order_id: int, checkout: Checkout, agreements: Mapping[str, Agreement]) -> None:
        if checkout.email and _objects(agreements):
            services.object_at_sale(email=checkout.email)


def _objects(agreements: Mapping[str, Agreement]) -> bool:
    return "objection" in agreements and agreements["objection"].accepted
