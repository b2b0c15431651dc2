"""Every column that holds an address is swept in time, or it is written down why it is not."""

from __future__ import annotations

from django.apps import apps
from django.db.models import EmailField

from shopflow.contracts.retention import retentions

SWEPT = {
    "shopflow_mailing.Message.to_email": ("business_letters", "advertising_mails"),
    "shopflow_audience.Contact.email": ("idle_contacts", "unused_accounts"),
    "shopflow_audience.Consent.email": ("idle_contacts", "unused_accounts"),
    "shopflow_ordering.OrderAttempt.email": ("failed_attempts",),
    "shopflow_ordering.BasketActivity.email": ("left_baskets",),
    "shopflow_automations.Run.email": ("automation_runs",),
    "shopflow_automations.Decision.email": ("automation_runs",),
    "shopflow_automations.Recipient.email": ("automation_runs",),
    "shopflow_automations.ExperimentAssignment.email": ("automation_runs",),
    "shopflow_users.User.email": ("unused_accounts",),
}
"""What takes the address out; orders that became one keep their attempt, as the order itself."""

ENDS_OTHERWISE = {
    "customer.ProductAlert.email": "open requests; the storefront takes old ones away",
    "shopflow_storefront.PriceWatch.email": "open requests; the storefront takes old ones away",
    "shopflow_automations.DryRunLine.email": "goes with the dry run",
    "shopflow_automations.Trial.email": "staff's own address, to try a mail out",
}

LAW = {
    "order.Order.guest_email": "a voucher of the books",
    "shopflow_delivery.AccessGrant.email": "the proof that a contract was fulfilled",
    "shopflow_legal.WithdrawalDeclaration.email": "a business letter",
    "shopflow_payments.GatewayPayment.billing_email": "belongs to the payment of an order",
}

UNTIL_ERASED = {
    "shopflow_desk.StaffTask.email": "tasks of staff",
    "reviews.ProductReview.email": "reviews that guests have signed",
    "wishlists.WishListSharedEmail.email": "goes with the account that shares its list",
}

NOBODYS = {
    "shopflow_core.Seller.email",
    "shopflow_mailing.MailSettings.sender_address",
    "shopflow_mailing.MailSettings.reply_to",
    "dealer_import.Supplier.email",
    "dealer_import.SupplierOrder.sent_to",
    "communication.Email.email",
    "communication.CommunicationEventType.email_subject_template",
    "communication.CommunicationEventType.email_body_template",
    "communication.CommunicationEventType.email_body_html_template",
}
"""The shop's and its suppliers' own, texts, and a table of Oscar's in which this shop stores nothing."""


def _holds_address(field):
    named = "email" in field.name and "hash" not in field.name
    return isinstance(field, EmailField) or (named and field.get_internal_type() in ("CharField", "TextField"))


def test_every_column_with_an_address_has_an_end():
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if not model.__module__.startswith("tests.")
        for field in model._meta.concrete_fields
        if _holds_address(field)
    }
    assert found == {*SWEPT, *ENDS_OTHERWISE, *LAW, *UNTIL_ERASED, *NOBODYS}
    assert {code for codes in SWEPT.values() for code in codes} <= set(retentions.codes())
