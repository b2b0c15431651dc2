"""What the payments room plugs into the shop's sockets."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shopflow.contracts.mail import Attachment, MailContext, mail_contexts
from shopflow.contracts.pages import (
    Audience,
    OrderPanel,
    Panel,
    StaffPage,
    order_panels,
    staff_pages,
)
from shopflow.contracts.payments import payment_methods
from shopflow.contracts.types import JSONDict, Scalar
from shopflow.payments import checks, dashboard, flows, receivers  # noqa: F401
from shopflow.payments.girocode import png
from shopflow.payments.methods import AtPickup, BankTransfer, OnAccount, gateway_method
from shopflow.payments.queries import OrderPayment, order_payment

payment_methods.register(BankTransfer)
payment_methods.register(OnAccount)
payment_methods.register(AtPickup)
for _variant in getattr(settings, "PAYMENT_VARIANTS", {}):
    payment_methods.register(gateway_method(_variant))


def _order(order_id: Any) -> Any:
    return get_model("order", "Order").objects.get(pk=order_id)


@mail_contexts.register
class PaymentMailContext(MailContext):
    """``payment_label``, ``payment_is_open``, ``payment_instructions_html`` and ``payment_instructions_text``.

    The GiroCode travels as an attached picture: mail programs do not show pictures that are written into the text.
    """

    code = "payment"
    label = _("Payment")
    needs = frozenset({"order_id"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        payment = order_payment(_order(subject["order_id"]))
        words: JSONDict = {
            "payment_label": payment.label if payment else "",
            "payment_is_open": bool(payment and payment.is_open),
            "payment_instructions_html": "",
            "payment_instructions_text": "",
        }
        if payment is None or not payment.is_open:
            return words
        details = _transfer_details(payment)
        if details:
            words["payment_instructions_html"] = mark_safe(
                render_to_string("shopflow/payments/transfer_mail.html", details)
            )
            words["payment_instructions_text"] = render_to_string("shopflow/payments/transfer_mail.txt", details)
        elif payment.method:
            html = payment.method.instructions(payment.order.pk)
            words["payment_instructions_html"] = mark_safe(html)
            words["payment_instructions_text"] = str(payment.method.description) if html else ""
        return words

    def attachments(self, subject: Mapping[str, Scalar]) -> Sequence[Attachment]:
        payment = order_payment(_order(subject["order_id"]))
        details = _transfer_details(payment) if payment and payment.is_open else None
        if payment is None or details is None:
            return ()
        picture = png(details["giro_code"])
        name = f"girocode/{payment.order.number}-{hashlib.sha256(picture).hexdigest()[:12]}.png"
        storage = storages["private"]
        if not storage.exists(name):
            name = storage.save(name, ContentFile(picture))
        return (Attachment(f"GiroCode-{payment.order.number}.png", "image/png", name),)


def _transfer_details(payment: OrderPayment) -> dict[str, Any] | None:
    method = payment.method
    return method.details(payment.order) if isinstance(method, BankTransfer) else None


@order_panels.register
class PaymentPanel(OrderPanel):
    code = "payment"
    label = _("Payment")
    position = 20

    def panel(self, *, order_id: int, audience: Audience) -> Panel | None:
        order = _order(order_id)
        payment = order_payment(order)
        if payment is None:
            return None
        if audience is Audience.STAFF:
            sources = order.sources.select_related("source_type").prefetch_related("transactions")
            return Panel(
                title=self.label,
                template="shopflow/payments/panel_staff.html",
                context={"payment": payment, "sources": list(sources)},
            )
        instructions = payment.method.instructions(order_id) if payment.method and payment.is_open else ""
        return Panel(
            title=self.label,
            template="shopflow/payments/panel_customer.html",
            context={"payment": payment, "instructions": mark_safe(instructions)},
        )


@staff_pages.register
class PaymentsPage(StaffPage):
    code = "payments"
    label = _("Payments")
    group = _("Orders")
    icon = "banknote"
    position = 10
    permission = "order.change_order"
    url_name = "payments"

    def urlpatterns(self) -> Sequence[URLPattern]:
        return [
            path("", dashboard.open_payments, name="payments"),
            path("order/<int:order_id>/", dashboard.record, name="payments-record"),
            path("account/", dashboard.account, name="payments-account"),
        ]


@staff_pages.register
class BusinessCustomersPage(StaffPage):
    code = "business-customers"
    label = _("Business customers")
    group = _("Customers")
    icon = "briefcase-business"
    position = 40
    permission = "shopflow_payments.change_approvedbusiness"
    url_name = "business-customers"

    def urlpatterns(self) -> Sequence[URLPattern]:
        return [
            path("", dashboard.businesses, name="business-customers"),
            path("new/", dashboard.edit_business, name="business-customers-new"),
            path("<int:pk>/", dashboard.edit_business, name="business-customers-edit"),
            path("<int:pk>/withdraw/", dashboard.withdraw, name="business-customers-withdraw"),
        ]
