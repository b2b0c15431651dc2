from __future__ import annotations

from decimal import Decimal as D

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from oscar_ext.order.queries import paid_cents
from shopflow.payments import checks
from shopflow.payments.models import ApprovedBusiness, BankAccount


@pytest.mark.parametrize(
    ("variants", "ids"),
    [
        ({}, []),
        ({"card": ("payments.dummy.DummyProvider", {})}, []),
        ([], ["shopflow_payments.E001"]),
        ({"Card 1": ("payments.dummy.DummyProvider", {})}, ["shopflow_payments.E002"]),
        ({"card": ("payments.nowhere.Provider", {})}, ["shopflow_payments.E003"]),
        ({"card": ("payments.dummy.DummyProvider", {"colour": "red"})}, ["shopflow_payments.E003"]),
        ({"card": "payments.dummy.DummyProvider"}, ["shopflow_payments.E003"]),
    ],
)
def test_broken_variants_are_found(settings, variants, ids):
    settings.PAYMENT_VARIANTS = variants

    found = checks.variants_work(None)

    assert [message.id for message in found] == ids
    assert all(message.hint for message in found)


@pytest.mark.parametrize(("demo", "ids"), [(True, []), (False, ["shopflow_payments.E004"])])
def test_a_real_shop_does_not_pretend(settings, demo, ids):
    settings.DEMO = demo
    settings.PAYMENT_VARIANTS = {"card": ("shopflow.payments.demo_provider.DemoProvider", {})}

    assert [message.id for message in checks.no_pretended_money(None)] == ids


@pytest.mark.django_db
def test_a_missing_bank_account_is_found():
    (message,) = checks.account_is_there(None, databases=["default"])

    assert (message.id, "Payments" in message.hint) == ("shopflow_payments.W001", True)
    assert checks.account_is_there(None) == []


def test_a_bank_account_satisfies_the_check(account):
    assert checks.account_is_there(None, databases=["default"]) == []


@pytest.fixture
def staff(db, client):
    user = get_user_model().objects.create(email="staff@example.org", is_staff=True)
    names = ["change_order", "change_bankaccount", "change_approvedbusiness"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    return user


@pytest.mark.parametrize("path", ["payments/", "payments/account/", "business-customers/", "business-customers/new/"])
def test_staff_pages_need_the_right(client, db, path):
    url = f"/dashboard/shopflow/{path}"
    assert client.get(url).status_code == 302

    client.force_login(get_user_model().objects.create(email="nobody@example.org", is_staff=True))
    assert client.get(url).status_code == 403


def test_staff_see_awaited_transfers_in_constant_queries(client, staff, make_order, django_assert_max_num_queries):
    for number in range(12):
        make_order(number=f"N-{number}", reference=f"r{number}")
    paid = make_order(number="PAID", reference="p")
    paid.sources.update(amount_debited=D("129.95"))

    with django_assert_max_num_queries(14):
        html = client.get("/dashboard/shopflow/payments/").content.decode()

    assert html.count(">N-") == 12
    assert "PAID" not in html
    assert ">N-11<" in client.get("/dashboard/shopflow/payments/?q=n-11").content.decode()


def test_staff_record_a_payment_once(client, staff, make_order):
    order = make_order()
    url = f"/dashboard/shopflow/payments/order/{order.pk}/"
    form = {"amount": "129,95", "reference": "Auszug 12"}

    assert client.post(url, form).status_code == 302
    again = client.post(url, form)

    assert again.status_code == 200
    assert again.context["form"].errors.keys() == {"reference"}
    assert paid_cents(order.pk) == 12995
    order.refresh_from_db()
    assert order.status == "paid"


def test_staff_enter_the_bank_account(client, staff):
    url = "/dashboard/shopflow/payments/account/"
    form = {"holder": "Autohaus Muster GmbH", "iban": "DE02 1203 0000 0000 2020 52", "transfer_days": "7"}

    assert client.post(url, form).context["form"].errors.keys() == {"iban"}
    assert not BankAccount.objects.exists()

    assert client.post(url, form | {"iban": "de02 1203 0000 0000 2020 51"}).status_code == 302
    assert BankAccount.objects.get().iban == "DE02120300000000202051"


def test_staff_approve_and_withdraw(client, staff):
    customer = get_user_model().objects.create_user("werkstatt@example.org", "x")
    form = {"email": "Werkstatt@example.org", "company": "W GmbH", "credit_limit": "500,00", "term_days": "30"}

    refused = client.post("/dashboard/shopflow/business-customers/new/", form)
    assert refused.status_code == 200
    assert not ApprovedBusiness.objects.exists()

    client.post("/dashboard/shopflow/business-customers/new/", form | {"term_days": "14"})
    business = ApprovedBusiness.objects.get()
    assert (business.user, business.credit_limit, business.approved_by) == (customer, D("500.00"), staff)

    client.post(f"/dashboard/shopflow/business-customers/{business.pk}/withdraw/")
    business.refresh_from_db()
    assert business.is_active is False


def test_an_unknown_customer_cannot_be_approved(client, staff):
    form = {"email": "nobody@example.com", "company": "W", "credit_limit": "1", "term_days": "14"}

    response = client.post("/dashboard/shopflow/business-customers/new/", form)

    assert response.context["form"].errors.keys() == {"email"}
