"""What tests of the flows about orders ask: which mails have come of what happened to one."""

from __future__ import annotations

from oscar_ext.order.events import OrderStatusChanged
from shopflow.automations.models import Run
from shopflow.mailing.models import Message

EMAIL = "erika@example.org"


def templates():
    return list(Message.objects.order_by("pk").values_list("template", flat=True))


def status_changed(order, new_status, old_status="new"):
    order.status = new_status
    order.save()
    return OrderStatusChanged(
        order_id=order.pk, order_number=order.number, email=EMAIL, user_id=None,
        old_status=old_status, new_status=new_status,
    )  # fmt: skip


def run_of(code):
    return Run.objects.get(flow__code=code)
