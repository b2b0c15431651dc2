"""The checkout's doors: read the form, ask the services, show the answer."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import generic
from oscar.apps.checkout import views as stock
from oscar.core.loading import get_model

from oscar_ext.checkout.forms import BillingAddressForm, PaymentMethodForm, ShippingAddressForm
from oscar_ext.checkout.gates import AgreementsForm, GateAnswers, ask_gates
from oscar_ext.checkout.services import Declined, Outcome, Placed, Redirected, cancel_attempt, settle_attempt, submit
from oscar_ext.checkout.session import CheckoutSessionMixin
from oscar_ext.checkout.submission import AgreedCharge, AgreedLine, Submission, address_fields, cents
from oscar_ext.order.links import order_status_url
from shopflow.contracts.payments import PaymentMethod, payment_methods
from shopflow.core.links import absolute
from shopflow.ordering.exceptions import AlreadySubmitted, OutOfStock, PurchaseRefused
from shopflow.ordering.models import OrderAttempt

Order = get_model("order", "Order")

IndexView = stock.IndexView
UserAddressUpdateView = stock.UserAddressUpdateView
UserAddressDeleteView = stock.UserAddressDeleteView
ShippingMethodView = stock.ShippingMethodView

BUTTON_SALT = "shopflow.checkout.button"
ATTEMPT_SALT = "shopflow.checkout.attempt"


def _form_fields(form: Any) -> dict[str, Any]:
    return {key: value for key, value in form.instance.__dict__.items() if not key.startswith("_")}


class ShippingAddressView(stock.ShippingAddressView):
    """The address of the purchase; digital goods need it too, for the invoice and the rate of VAT."""

    form_class = ShippingAddressForm
    skip_conditions = None

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Oscar's own, which assumes that a chosen address is still there and still served."""
        chosen = request.POST.get("address_id")
        if chosen is not None and request.user.is_authenticated:
            open_ones = {str(address.pk) for address in self.get_available_addresses()}
            if chosen not in open_ones:
                messages.error(request, _("This address is no longer available. Please choose another one."))
                return redirect("checkout:shipping-address")
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ctx = super().get_context_data(**kwargs)
        ctx.setdefault("billing_form", self._billing_form())
        ctx["different_billing"] = self.request.method == "POST" and "different_billing" in self.request.POST
        ctx["different_billing"] |= self.request.method == "GET" and bool(
            self.checkout_session.new_billing_address_fields()
        )
        return ctx

    def _billing_form(self) -> BillingAddressForm:
        if self.request.method == "POST" and "different_billing" in self.request.POST:
            return BillingAddressForm(self.request.POST, prefix="billing")
        fields = dict(self.checkout_session.new_billing_address_fields() or {})
        country = fields.pop("country_id", None)
        return BillingAddressForm(prefix="billing", initial={**fields, "country": country or "DE"})

    def get_initial(self) -> dict[str, Any] | None:
        initial = super().get_initial()
        return initial or {"country": "DE"}

    def form_valid(self, form: Any) -> HttpResponse:
        billing = self._billing_form()
        if billing.is_bound:
            if not billing.is_valid():
                return self.render_to_response(self.get_context_data(form=form, billing_form=billing))
            self.checkout_session.bill_to_new_address(_form_fields(billing))
        else:
            self.checkout_session._flush_namespace("billing")
        return super().form_valid(form)


class PaymentMethodView(CheckoutSessionMixin, generic.FormView):
    template_name = "oscar/checkout/payment_method.html"
    form_class = PaymentMethodForm
    success_url = reverse_lazy("checkout:preview")
    pre_conditions = stock.PaymentMethodView.pre_conditions
    skip_conditions = ("skip_unless_payment_is_required",)

    def methods(self) -> list[PaymentMethod]:
        if not hasattr(self, "_methods"):
            self._methods = self.available_payment_methods(self.build_submission())
        return self._methods

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "methods": self.methods()}

    def get_initial(self) -> dict[str, Any]:
        return {"method": self.checkout_session.payment_method()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "methods": self.methods()}

    def form_valid(self, form: PaymentMethodForm) -> HttpResponse:
        self.checkout_session.pay_by(form.cleaned_data["method"])
        return redirect(self.get_success_url())


class PaymentDetailsView(CheckoutSessionMixin, generic.TemplateView):
    """The review page and its button. Under Oscar's name, because add-ons and templates refer to it."""

    template_name = "oscar/checkout/preview.html"
    preview = False
    pre_conditions = (*stock.PaymentDetailsView.pre_conditions, "check_payment_data_is_captured")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.preview:
            return redirect("checkout:preview")
        if request.method == "POST":
            earlier = self._earlier_click()
            if earlier is not None:
                return redirect(processing_url(earlier))
        return super().dispatch(request, *args, **kwargs)

    def _earlier_click(self) -> str | None:
        """The attempt that another click or tab has already made of the basket on this page."""
        try:
            pressed = signing.loads(self.request.POST.get("button", ""), salt=BUTTON_SALT)
        except signing.BadSignature:
            return None
        if pressed["basket"] == self.request.basket.pk:  # open: nobody has claimed it
            return None
        states = [*OrderAttempt.LIVE, OrderAttempt.State.PLACED]
        attempt = OrderAttempt.objects.filter(basket_id=pressed["basket"], state__in=states).order_by("-pk").first()
        return attempt.reference if attempt else None

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("action") != "place_order":
            return HttpResponseBadRequest(_("This form is out of date. Please open the review page again."))
        submission = self.build_submission()
        answers = ask_gates(self.checkout(submission))
        form = AgreementsForm(request.POST, declarations=answers.declarations)
        if answers.refusals or not form.is_valid():
            return self._show(form, answers, status=422)
        if not self._saw_this(submission, answers):
            messages.warning(request, _("Something has changed. Please check the order once more before you send it."))
            return self._show(AgreementsForm(declarations=answers.declarations), answers, status=409)
        return self._buy(submission, form)

    def _saw_this(self, submission: dict[str, Any], answers: GateAnswers) -> bool:
        try:
            pressed = signing.loads(self.request.POST.get("button", ""), salt=BUTTON_SALT)
        except signing.BadSignature:
            return False
        return bool(pressed == self._button(submission, answers))

    def _button(self, submission: dict[str, Any], answers: GateAnswers) -> dict[str, Any]:
        """What the button stands for: another tab may have changed anything on the page, at the same total."""
        shown = [
            [(line.product_id, line.quantity, str(line.unit_price_incl_tax)) for line in _lines(submission)],
            [address_fields(submission[name]) for name in ("shipping_address", "billing_address")],
            submission["shipping_method"].code,
            self.checkout_session.payment_method() or "",
            self.email(),
            [(gate, asked.key, str(asked.html)) for gate, asked in answers.declarations],
        ]
        digest = hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()
        total = cents(submission["order_total"].incl_tax)
        return {"basket": submission["basket"].pk, "total": total, "shown": digest}

    def _buy(self, submission: dict[str, Any], form: AgreementsForm) -> HttpResponse:
        purchase = self.purchase(submission)
        code = self.checkout_session.payment_method() if purchase.total_cents else ""
        template = reverse("checkout:processing", kwargs={"token": "TOKEN"})
        try:
            attempt, outcome = submit(
                basket=submission["basket"],
                user=self.request.user,
                payment_method=code or "",
                submission=self._submission(submission, form),
                return_url=lambda reference: absolute(template.replace("TOKEN", attempt_token(reference))),
            )
        except AlreadySubmitted as again:
            return redirect(processing_url(again.reference))
        except OutOfStock as missing:
            messages.error(self.request, str(missing))
            return redirect("basket:summary")
        except PurchaseRefused as refusal:
            messages.error(self.request, str(refusal))
            return redirect("checkout:preview")
        return answer(self.request, attempt.reference, outcome)

    def _submission(self, submission: dict[str, Any], form: AgreementsForm) -> Submission:
        basket, charge, method = submission["basket"], submission["shipping_charge"], submission["shipping_method"]
        return Submission(
            purchase=self.purchase(submission),
            language=get_language() or "de",
            shipping=_agreed(method.code, method.name, charge),
            lines=[
                AgreedLine(
                    line_id=line.pk,
                    excl_tax=str(line.unit_price_excl_tax),
                    incl_tax=str(line.unit_price_incl_tax),
                    tax_code=line.purchase_info.price.tax_code,
                )
                for line in basket.all_lines()
            ],
            surcharges=[_agreed(s.surcharge.code, s.surcharge.name, s.price) for s in submission["surcharges"] or []],
            shipping_address=address_fields(submission["shipping_address"]),
            billing_address=address_fields(submission["billing_address"]),
            agreements=form.agreements(),
        )

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        answers = ask_gates(self.checkout(self.build_submission()))
        return self._show(AgreementsForm(declarations=answers.declarations), answers)

    def _show(self, form: AgreementsForm, answers: GateAnswers, status: int = 200) -> HttpResponse:
        ctx = self.get_context_data()
        code = self.checkout_session.payment_method()
        ctx.update(
            lines=list(ctx["basket"].all_lines()),
            payment_method=payment_methods.get(code) if code and ctx["order_total"].incl_tax else None,
            agreements=form.asked(),
            agreements_form=form,
            refusals=answers.refusals,
            button=signing.dumps(self._button(ctx, answers), salt=BUTTON_SALT),
        )
        return self.render_to_response(ctx, status=status)


def _lines(submission: dict[str, Any]) -> list[Any]:
    return list(submission["basket"].all_lines())


def _agreed(code: str, name: Any, price: Any) -> AgreedCharge:
    return AgreedCharge(
        code=code,
        name=str(name),
        excl_tax=str(price.excl_tax),
        incl_tax=str(price.incl_tax),
        tax_code=price.tax_code,
        currency=price.currency,
    )


def attempt_token(reference: str) -> str:
    return signing.dumps(reference, salt=ATTEMPT_SALT)


def processing_url(reference: str) -> str:
    return reverse("checkout:processing", kwargs={"token": attempt_token(reference)})


def answer(request: Any, reference: str, outcome: Outcome) -> HttpResponse:
    """What the customer sees of an outcome."""
    if isinstance(outcome, Placed):
        if outcome.order.basket_id == request.basket.pk or request.basket.is_empty:
            request.session.pop("checkout_data", None)  # else it belongs to the next purchase, already under way
        request.session["checkout_order_id"] = outcome.order.pk
        return redirect("checkout:thank-you")
    if isinstance(outcome, Redirected):
        return redirect(outcome.url)
    if isinstance(outcome, Declined):
        messages.error(request, str(outcome.message))
        _give_basket_back(request, reference)
        return redirect("checkout:payment-method")
    return redirect(processing_url(reference))


def _give_basket_back(request: Any, reference: str) -> None:
    """Let an anonymous customer find the basket again whose cookie was dropped while it was frozen."""
    attempt = OrderAttempt.objects.select_related("basket").get(reference=reference)
    basket = attempt.basket
    if basket.status != "Open" or request.user.is_authenticated or request.basket.pk == basket.pk:
        return
    if basket.owner_id is not None:  # a customer who has signed out finds it after signing in
        return
    basket.strategy = request.strategy
    if request.basket.pk:
        basket.merge(request.basket)
    request.basket = basket


class ProcessingView(generic.TemplateView):
    """Where a second click, a second tab and a return from the payment provider lead to."""

    template_name = "oscar/checkout/processing.html"

    def get(self, request: Any, *args: Any, token: str, **kwargs: Any) -> HttpResponse:
        try:
            reference = signing.loads(token, salt=ATTEMPT_SALT, max_age=7 * 24 * 3600)
        except signing.BadSignature:
            messages.error(request, _("This link is no longer valid. Your orders are listed in the mails we sent you."))
            return redirect("basket:summary")
        attempt = OrderAttempt.objects.get(reference=reference)
        if "abbruch" in request.GET:
            return answer(request, reference, cancel_attempt(reference=reference))
        if attempt.state != OrderAttempt.State.AWAITING and attempt.state in OrderAttempt.LIVE:
            return self.render_to_response({"attempt": attempt}, status=202)
        outcome = settle_attempt(reference=reference)
        if isinstance(outcome, Placed | Declined):
            return answer(request, reference, outcome)
        return self.render_to_response({"attempt": attempt}, status=202)


class ThankYouView(stock.ThankYouView):
    def get_object(self, queryset: Any = None) -> Any:
        """The order just placed; superusers may ask for any by number or key, as in Oscar."""
        asked = {"number": "order_number", "pk": "order_id"} if self.request.user.is_superuser else {}
        wanted = {field: self.request.GET[name] for field, name in asked.items() if name in self.request.GET}
        wanted = wanted or {"pk": self.request.session.get("checkout_order_id")}
        addresses = ("shipping_address__country", "billing_address__country")
        orders = Order.objects.select_related(*addresses, "attempt", "user").prefetch_related("surcharges")
        return orders.filter(**wanted).first()

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        ctx = super().get_context_data(*args, **kwargs)
        order = ctx["order"]
        code = order.attempt.payment_method if hasattr(order, "attempt") else ""
        method = payment_methods.get(code) if code in payment_methods else None
        ctx.update(
            payment_method=method,
            payment_instructions=method.instructions(order.pk) if method else "",
            status_url=order_status_url(order),
        )
        return ctx
