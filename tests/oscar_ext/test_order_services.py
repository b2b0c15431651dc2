from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from oscar.apps.order.exceptions import InvalidOrderStatus
from oscar.core.loading import get_model

from oscar_ext.order.services import change_status, record_payment
from shopflow.contracts.checkout import checkout_gates
from shopflow.contracts.payments import payment_methods
from shopflow.core.models import AuditEntry, OutboxEvent
from tests.oscar_ext.checkout_support import ScriptedPayment, germany, go_to_review, press, product

Order = get_model("order", "Order")
StockRecord = get_model("partner", "StockRecord")
Transaction = get_model("payment", "Transaction")

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods():
    return product(price="10.00", stock=5)


@pytest.fixture
def order(client, goods):
    germany()
    ScriptedPayment.reset()
    with payment_methods.registered(ScriptedPayment), checkout_gates.without(*checkout_gates.codes()):
        press(client, go_to_review(client, goods, quantity=2))
    return Order.objects.get()


def stock(goods):
    record = StockRecord.objects.get(product=goods)
    return record.num_in_stock, record.num_allocated


def moves():
    rows = OutboxEvent.objects.filter(code="order_status_changed").order_by("pk").values_list("payload", flat=True)
    return [(row["old_status"], row["new_status"]) for row in rows]


def test_shipping_takes_the_goods_out_of_stock_once(order, goods):
    for status in ("in_work", "shipped", "delivered"):
        change_status(order_id=order.pk, new_status=status)

    assert stock(goods) == (3, 0)
    assert moves() == [("new", "in_work"), ("in_work", "shipped"), ("shipped", "delivered")]
    assert [line.status for line in order.lines.all()] == ["delivered"]
    assert order.status_changes.count() == 3


def test_cancelling_gives_the_goods_back(order, goods):
    change_status(order_id=order.pk, new_status="cancelled")
    assert stock(goods) == (5, 0)


def test_a_step_that_the_pipeline_forbids_changes_nothing(order, goods):
    with pytest.raises(InvalidOrderStatus):
        change_status(order_id=order.pk, new_status="delivered")

    order.refresh_from_db()
    assert order.status == "new"
    assert stock(goods) == (5, 2)
    assert moves() == []


def test_the_same_status_again_is_no_change(order):
    change_status(order_id=order.pk, new_status="in_work")
    change_status(order_id=order.pk, new_status="in_work")
    assert moves() == [("new", "in_work")]


def test_oscars_own_verb_leads_to_the_service(order):
    order.set_status("in_work")
    assert order.status == "in_work"
    assert moves() == [("new", "in_work")]


def test_a_payment_is_booked_once_per_reference_and_pays_the_order_when_complete(order):
    total = int(order.total_incl_tax * 100)
    assert record_payment(order_id=order.pk, amount_cents=total - 500, reference="k1") is True
    order.refresh_from_db()
    assert order.status == "new"
    assert record_payment(order_id=order.pk, amount_cents=total - 500, reference="k1") is False
    assert record_payment(order_id=order.pk, amount_cents=500, reference="k2") is True

    order.refresh_from_db()
    assert order.status == "paid"
    assert Transaction.objects.count() == 2
    paid = OutboxEvent.objects.filter(code="order_paid")
    assert [event.payload["amount_cents"] for event in paid] == [total]
    record_payment(order_id=order.pk, amount_cents=100, reference="k3")
    assert OutboxEvent.objects.filter(code="order_paid").count() == 1


@pytest.fixture
def staff(django_user_model):
    return django_user_model.objects.create_user("team@example.org", "geheim-123")


def _sign_in(client, staff, *codenames):
    staff.is_staff = True
    staff.save()
    staff.user_permissions.set(Permission.objects.filter(codename__in=codenames, content_type__app_label="order"))
    client.force_login(staff)


def test_staff_move_the_order_on_its_page(client, staff, order):
    _sign_in(client, staff, "view_order", "change_order")
    page = f"/dashboard/orders/{order.number}/"
    assert client.get(page).status_code == 200

    client.post(page, {"order_action": "change_order_status", "new_status": "in_work"})

    order.refresh_from_db()
    assert order.status == "in_work"
    assert moves() == [("new", "in_work")]
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "actor_id")) == [("order.status", staff.pk)]


def test_staff_without_the_right_may_look_but_not_change(client, staff, order):
    _sign_in(client, staff, "view_order")
    page = f"/dashboard/orders/{order.number}/"
    assert client.get(page).status_code == 200

    refused = client.post(page, {"order_action": "change_order_status", "new_status": "cancelled"})

    assert refused.status_code == 403
    assert client.post(page, {"order_action": "create_order_payment_event", "amount": "1"}).status_code == 403
    order.refresh_from_db()
    assert order.status == "new"


def test_lines_move_with_their_order_and_by_no_other_door(client, staff, order):
    _sign_in(client, staff, "view_order", "change_order")
    line = order.lines.get()
    sent = {"line_action": "change_line_statuses", "new_status": "paid", "selected_line": [line.pk]}
    refused = client.post(f"/dashboard/orders/{order.number}/", {**sent, f"selected_line_qty_{line.pk}": 1})

    assert refused.status_code == 403
    line.refresh_from_db()
    assert line.status == "new"
