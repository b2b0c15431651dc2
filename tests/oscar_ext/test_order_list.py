"""The staff's list of orders: words instead of codes, and changes through the one service."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from oscar.core.loading import get_class
from oscar.test.factories import create_order

from oscar_ext.order.statuses import status_label
from shopflow.core.models import OutboxEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return create_order(number="SF-1")


@pytest.fixture
def staff(client):
    user = get_user_model().objects.create_user("theke@example.org", "x")
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="view_order"))
    client.force_login(user)
    return user


def press(client, order, status):
    data = {"action": "change_order_statuses", "selected_order": [order.pk], "new_status": status}
    return client.post(reverse("dashboard:order-list"), data, follow=True)


def test_the_search_offers_words_for_statuses():
    form = get_class("dashboard.orders.forms", "OrderSearchForm")()
    choices = dict(form.fields["status"].choices)

    assert {code: str(word) for code, word in choices.items() if code} == {
        code: str(status_label(code)) for code in ("new", "paid", "in_work", "shipped", "ready_for_pickup")
    } | {code: str(status_label(code)) for code in ("delivered", "returned", "cancelled")}


def test_a_search_by_status_names_it_in_words(client, staff, order):
    response = client.get(reverse("dashboard:order-list"), {"status": "in_work"})

    with translation.override("de"):
        words = gettext("Order status is {order_status}").format(order_status=status_label("in_work"))
    assert response.context["search_filters"] == [words]


def test_several_orders_move_on_through_the_service(client, staff, order):
    staff.user_permissions.add(Permission.objects.get(codename="change_order"))
    OutboxEvent.objects.all().delete()
    press(client, order, "in_work")

    order.refresh_from_db()
    assert order.status == "in_work"
    assert list(OutboxEvent.objects.values_list("code", flat=True)) == ["order_status_changed"]


def test_a_step_that_is_not_allowed_is_refused(client, staff, order):
    staff.user_permissions.add(Permission.objects.get(codename="change_order"))
    response = press(client, order, "returned")

    order.refresh_from_db()
    assert order.status == "new"
    assert [str(message.level_tag) for message in response.context["messages"]] == ["error"]


def test_without_the_right_nothing_moves(client, staff, order):
    response = press(client, order, "in_work")

    order.refresh_from_db()
    assert (response.status_code, order.status) == (403, "new")
