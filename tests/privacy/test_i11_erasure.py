"""I11: after an erasure the address stands nowhere but in what the law keeps, in neither spelling of its domain."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from oscar.core.loading import get_model
from oscar.test.factories import create_order, create_product

from oscar_ext.order.events import OrderStatusChanged
from shopflow.audience.links import confirm_token
from shopflow.audience.models import Contact
from shopflow.audience.services import (
    add_tag,
    confirm_consent,
    give_points,
    invite_to_survey,
    request_consent,
    tag_named,
)
from shopflow.automations.models import Run
from shopflow.automations.services import block_person, run_due
from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.core.models import OutboxDelivery, OutboxEvent
from shopflow.core.services import deliver_due, publish
from shopflow.desk.services import open_task
from shopflow.legal.services import declare_withdrawal
from shopflow.legal.services.withdrawal import Declared
from shopflow.mailing.models import Message
from shopflow.mailing.queries import suppressions
from shopflow.mailing.services import lift_block, queue_message, suppress
from shopflow.ordering.events import BasketMailRequested
from shopflow.ordering.services import touch_basket
from shopflow.privacy.services import erase_person, export_person
from shopflow.storefront.services import watch_price

pytestmark = pytest.mark.django_db
LOCAL = "erika.k7"
TYPED, PLAIN = f"{LOCAL}@bäckerei.example", f"{LOCAL}@xn--bckerei-5wa.example"

KEPT = {
    "order_order": "the order",
    "shopflow_documents_document": "the invoice",
    "shopflow_legal_withdrawaldeclaration": "a business letter",
    "shopflow_mailing_message": "mails that the law demands",
}
"""Tables in which the address may stay, and why."""


def settle():
    while deliver_due() or run_due():
        pass


def tables_with(word):
    """Tables that hold ``word`` in any column, with the number of such rows."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            count = sum(word in repr(row).lower() for row in cursor.fetchall())
            if count:
                found[table] = count
    return found


def shop_with(email):
    """Leave traces in every room under ``email``."""
    asked = request_consent(
        email=email, purposes=("newsletter", "cart_reminder"), source="/newsletter/", language="de", ip="192.0.2.7"
    )
    if asked is not None:  # the second spelling has agreed already
        confirm_consent(confirm_token(asked.key), ip="192.0.2.8")
    product = create_product(title=f"Filter {len(email)}", price="10.00", num_in_stock=5)
    watch_price(product_id=product.pk, email=email)
    get_model("customer", "ProductAlert").objects.create(product=product, email=email, status="Active")
    basket = get_model("basket", "Basket").objects.create()
    touch_basket(basket_id=basket.pk, email=email)
    queue_message(
        dedupe_key=f"note:{email}", template="automation_note", to=email, context={"subject": "x", "text": email},
        mail_class=MailClass.TRANSACTIONAL,
    )  # fmt: skip
    with transaction.atomic():
        publish(BasketMailRequested(basket_id=basket.pk, email=email, user_id=None, day="2026-12-01"))


@pytest.fixture
def life(seller, wagtail_site, admin_user):
    """Somebody with an account and a delivered order, whose domain was typed in both alphabets."""
    user = get_user_model().objects.create_user(email=TYPED, password="sehr-geheim-7")
    order = create_order(number="SF-77", user=user, guest_email=TYPED)
    for email in (TYPED, PLAIN):
        shop_with(email)
    contact = Contact.objects.get()
    add_tag(contact=contact, tag=tag_named("Stammkunde"), source="staff")
    give_points(contact=contact, points=5, reason="Anruf", source_key="call:1")
    invite_to_survey(contact=contact, survey="checkout_left", source_key="s:1", at=clock.now(), days=7)
    open_task(
        kind="follow_up", title=f"{PLAIN} anrufen", text=TYPED, due_at=clock.now(), dedupe_key="t:1", source="test",
        email=TYPED,
    )  # fmt: skip
    declared = Declared(submission_key="k" * 32, name="Erika", contract=order.number, email=TYPED)
    declare_withdrawal(declared=declared, language="de")
    suppress(email=PLAIN, scope="all", reason="bounced")
    lift_block(block_id=suppressions(PLAIN)[0].pk, why=f"{TYPED} hat angerufen", actor=admin_user)
    block_person(email=PLAIN, blocked=True, actor=admin_user, reason=f"{PLAIN}, auch {TYPED}, hat angerufen")
    with transaction.atomic():
        publish(
            OrderStatusChanged(
                order_id=order.pk, order_number="SF-77", email=TYPED, user_id=user.pk, old_status="shipped",
                new_status="delivered",
            )
        )  # fmt: skip
    settle()
    get_model("order", "Order").objects.filter(pk=order.pk).update(status="delivered")
    failed = OutboxDelivery.objects.filter(event__code="order_status_changed").first()
    OutboxDelivery.objects.filter(pk=failed.pk).update(last_error=f"LookupError: {TYPED}")


def test_i11_the_address_stands_nowhere_but_in_what_the_law_keeps(life):
    before = tables_with(LOCAL)
    assert len(before) > 10, "the test has to leave traces"
    happened, delivered = OutboxEvent.objects.count(), OutboxDelivery.objects.filter(state="done").count()

    copy = export_person(email=PLAIN)["rooms"]
    assert {"automations", "consents", "mails", "orders", "withdrawals", "baskets", "events", "account"} <= set(copy)
    assert len(copy["events"]["events"]) > 5
    erase_person(email=TYPED)

    assert set(tables_with(LOCAL)) == set(KEPT)
    assert set(Message.objects.exclude(to_email="").values_list("mail_class", flat=True)) == {"legal"}
    assert OutboxEvent.objects.count() > happened, "forgetting is announced, too"
    told = OutboxEvent.objects.get(code="order_status_changed").payload
    assert (told["email"], told["user_id"], told["new_status"]) == ("", None, "delivered")

    settle()
    assert set(tables_with(LOCAL)) == set(KEPT), "nothing brings the person back"
    assert not OutboxDelivery.objects.exclude(state="done").exists()
    assert OutboxDelivery.objects.filter(state="done").count() > delivered
    assert not Contact.objects.exists()
    assert not Run.objects.filter(state__in=Run.OPEN, email="").exists()
    assert set(export_person(email=TYPED)["rooms"]) == {"consents", "orders", "withdrawals", "mails"}
