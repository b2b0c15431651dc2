"""What the checkout knows of a purchase, and what must be known before the next step."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from oscar.apps.checkout import exceptions
from oscar.apps.checkout import session as stock
from oscar.core.loading import get_model

from oscar_ext.checkout.queries import country
from oscar_ext.checkout.submission import cents
from oscar_ext.partner.strategy import tax_for_destination
from shopflow.contracts.checkout import Checkout, CheckoutLine
from shopflow.contracts.payments import PaymentMethod, Purchase, payment_methods
from shopflow.core.queries import seller
from shopflow.tax.decisions import place_of_supply

BillingAddress = get_model("order", "BillingAddress")
UserAddress = get_model("address", "UserAddress")
Country = get_model("address", "Country")


def _in_its_country(address: Any) -> Any:
    """The address with its country read; once for each request, whoever asks and how often."""
    if address is not None and address.country_id:
        address.country = country(address.country_id)
    return address


class CheckoutSessionMixin(stock.CheckoutSessionMixin):
    """Oscar's mixin, plus an address for purchases without shipping, payment methods and gates."""

    def build_submission(self, **kwargs: Any) -> dict[str, Any]:
        """Oscar's submission, put together once for each request."""
        if kwargs:
            return super().build_submission(**kwargs)
        if not hasattr(self, "_built_submission"):
            self._tax_the_basket()
            self._built_submission = super().build_submission()
        return dict(self._built_submission)

    def _tax_the_basket(self) -> None:
        """Tax the basket where the purchase is supplied, as soon as the address says so; the total stays the same."""
        basket, chosen = self.request.basket, self.checkout_session
        billing = self.get_billing_address(None)
        shipping = self.get_shipping_address(basket)
        home = seller().country or "DE"
        destination = place_of_supply(
            shipping_method=chosen.shipping_method_code(basket) or "",
            shipping_country=shipping.country_id if shipping else "",
            customer_country=billing.country_id if billing else home,
            home=home,
        )
        if destination != home and not basket.is_empty:
            tax_for_destination(basket, destination=destination, request=self.request)

    def get_shipping_method(self, basket: Any, shipping_address: Any = None, **kwargs: Any) -> Any:
        """The chosen method, if it is still open to this address; asked for once for each request."""
        if not hasattr(self, "_shipping_method"):
            self._shipping_method = super().get_shipping_method(basket, shipping_address, **kwargs)
        return self._shipping_method

    def check_payment_data_is_captured(self, request: Any) -> None:
        super().check_payment_data_is_captured(request)
        submission = self.build_submission()
        if submission["order_total"] is None or submission["order_total"].incl_tax == 0:
            return
        code = self.checkout_session.payment_method()
        if code not in [method.code for method in self.available_payment_methods(submission)]:
            raise exceptions.FailedPreCondition(
                url=reverse("checkout:payment-method"), message=_("Please choose how you would like to pay.")
            )

    def check_shipping_data_is_captured(self, request: Any) -> None:
        if not self.checkout_session.is_shipping_address_set():
            raise exceptions.FailedPreCondition(
                url=reverse("checkout:shipping-address"), message=_("Please enter your address.")
            )
        super().check_shipping_data_is_captured(request)
        address = self.get_shipping_address(request.basket) if request.basket.is_shipping_required() else None
        if address is not None and not address.country.is_shipping_country:
            raise exceptions.FailedPreCondition(
                url=reverse("checkout:shipping-address"),
                message=_("We do not deliver to this country any more. Please enter another address."),
            )
        if self.get_billing_address(None) is None:  # deleted in the address book meanwhile; downloads need it as well
            raise exceptions.FailedPreCondition(
                url=reverse("checkout:shipping-address"), message=_("Please enter your address.")
            )

    def get_shipping_address(self, basket: Any) -> Any:
        return _in_its_country(super().get_shipping_address(basket))

    def get_billing_address(self, shipping_address: Any) -> Any:
        return _in_its_country(self._billing_address(shipping_address))

    def _billing_address(self, shipping_address: Any) -> Any:
        """The invoice address: one of its own, else the address of the first step."""
        if self.checkout_session.is_billing_address_set():
            return super().get_billing_address(shipping_address)
        fields = self.checkout_session.new_shipping_address_fields()
        if fields:
            known = {f.name for f in BillingAddress._meta.concrete_fields} | {"country_id"}
            return BillingAddress(**{name: value for name, value in fields.items() if name in known and name != "id"})
        address = UserAddress.objects.filter(pk=self.checkout_session.shipping_user_address_id() or 0).first()
        if address is None:
            return None
        billing = BillingAddress()
        address.populate_alternative_model(billing)
        return billing

    # What the sockets are asked with

    def email(self) -> str:
        user = self.request.user
        return (user.email if user.is_authenticated else self.checkout_session.get_guest_email() or "").lower()

    def purchase(self, submission: dict[str, Any]) -> Purchase:
        basket = submission["basket"]
        address = submission["shipping_address"] or submission["billing_address"]
        total = submission["order_total"]
        method = submission["shipping_method"]
        return Purchase(
            total_cents=cents(total.incl_tax) if total else cents(basket.total_incl_tax),
            currency=basket.currency,
            user_id=self.request.user.pk if self.request.user.is_authenticated else None,
            email=self.email(),
            country=(address.country_id if address else "") or "",
            shipping_method=method.code if method and basket.is_shipping_required() else "",
            is_digital_only=not basket.is_shipping_required(),
        )

    def checkout(self, submission: dict[str, Any]) -> Checkout:
        purchase = self.purchase(submission)
        return Checkout(
            basket_id=submission["basket"].pk,
            user_id=purchase.user_id,
            email=purchase.email,
            country=purchase.country,
            language=get_language() or "de",
            payment_method=self.checkout_session.payment_method() or "",
            lines=[
                CheckoutLine(
                    line_id=line.pk,
                    product_id=line.product_id,
                    title=line.product.get_title(),
                    quantity=line.quantity,
                    requires_shipping=line.product.is_shipping_required,
                    unit_price_cents=cents(line.unit_price_incl_tax),
                )
                for line in submission["basket"].all_lines()
            ],
        )

    def available_payment_methods(self, submission: dict[str, Any]) -> list[PaymentMethod]:
        purchase = self.purchase(submission)
        methods = [method for method in payment_methods if method.is_available(purchase)]
        return sorted(methods, key=lambda method: (method.position, method.code))
