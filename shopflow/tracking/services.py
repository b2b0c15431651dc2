from __future__ import annotations

from django.db import transaction
from oscar.core.loading import get_model

from oscar_ext.order.links import order_status_url
from oscar_ext.order.queries import order_email
from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.mailing.addresses import normalise_email
from shopflow.mailing.services import queue_message

Order = get_model("order", "Order")


@transaction.atomic
def send_status_link(*, number: str, email: str, language: str) -> None:
    """Mail a fresh status link to the order's own address, if number and address belong together.

    Says nothing about whether they do, so that nobody can find out who ordered; at most one mail in ten minutes.
    """
    order = Order.objects.select_related("user").filter(number__iexact=number.strip()).first()
    if order is None or normalise_email(order_email(order)) != normalise_email(email):
        return
    slot = int(clock.now().timestamp()) // 600
    queue_message(
        dedupe_key=f"order:{order.pk}:status-link:{slot}",
        template="order_status_link",
        to=order_email(order),
        context={"order": order, "status_url": order_status_url(order)},
        mail_class=MailClass.TRANSACTIONAL,
        language=language,
        reference=f"order:{order.pk}",
    )
