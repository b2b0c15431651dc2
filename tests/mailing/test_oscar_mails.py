from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.urls import reverse
from oscar.core.loading import get_class, get_model
from oscar.test import factories

from shopflow.mailing.models import Message
from shopflow.mailing.services import send_due
from shopflow.mailing.wording import advertising_words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]

EMAIL = "kundin@example.org"


@pytest.fixture(autouse=True)
def queue(settings):
    settings.EMAIL_BACKEND = "shopflow.mailing.backends.QueueBackend"


@pytest.fixture
def user():
    return get_user_model().objects.create_user(EMAIL, "geheim-1234")


def only() -> Message:
    message = Message.objects.get()
    assert (message.mail_class, message.state, message.to_email) == ("transactional", "planned", EMAIL)
    assert mail.outbox == []
    assert "Autohaus Muster GmbH" in message.html
    assert "Autohaus Muster GmbH" in message.text
    assert "example.com" not in message.html
    assert advertising_words(message.subject + message.text + message.html) == []
    return message


def test_a_forgotten_password_is_a_queued_mail_whose_link_works(client, user):
    client.post(reverse("password-reset"), {"email": "KUNDIN@example.org"})

    message = only()
    assert message.template == "oscar/password_reset"
    path = re.search(r"http://testserver(/password-reset/confirm/\S+)", message.text)[1]
    assert client.get(path, follow=True).status_code == 200
    send_due()
    assert [m.to for m in mail.outbox] == [[EMAIL]]


def test_registration_is_a_queued_mail(client):
    form = {
        "registration-email": EMAIL,
        "registration-password1": "sehr-geheim-4711",
        "registration-password2": "sehr-geheim-4711",
        "registration_submit": "1",
    }
    client.post(reverse("customer:login"), form)

    assert get_user_model().objects.filter(email=EMAIL).exists()
    assert only().template == "oscar/registration"


def test_a_changed_password_and_address_are_told(client, user):
    client.force_login(user)
    form = {"old_password": "geheim-1234", "new_password1": "sehr-geheim-4711", "new_password2": "sehr-geheim-4711"}
    client.post(reverse("customer:change-password"), form)
    assert only().template == "oscar/password_changed"

    Message.objects.all().delete()
    form = {"first_name": "", "last_name": "", "email": "neu@example.org"}
    client.post(reverse("customer:profile-update"), form)
    message = only()
    assert message.template == "oscar/email_changed"
    assert "neu@example.org" in message.text


def test_a_stock_alert_is_queued_for_guests_and_customers(user):
    product = factories.create_product(title="Öl & Filter", num_in_stock=3)
    ProductAlert = get_model("customer", "ProductAlert")
    alert = ProductAlert.objects.create(product=product, email=EMAIL, key="k", status=ProductAlert.UNCONFIRMED)
    dispatcher = get_class("customer.alerts.utils", "AlertsDispatcher")()

    dispatcher.send_product_alert_confirmation_email_for_user(alert)
    message = only()
    assert message.template == "oscar/product_alert_confirmation"
    assert "http://testserver" in message.text
    assert "Öl & Filter" in message.text
    assert "Öl &amp; Filter" in message.html

    Message.objects.all().delete()
    ProductAlert.objects.filter(pk=alert.pk).update(status=ProductAlert.ACTIVE)
    dispatcher.send_product_alert_email_for_user(product)
    assert only().template == "oscar/product_alert"


def test_oscars_order_confirmation_is_not_sent(user):
    order = factories.create_order(user=user)

    get_class("order.utils", "OrderDispatcher")().send_order_placed_email_for_user(order, {"order": order})

    assert not Message.objects.exists()
    assert mail.outbox == []


def test_attachments_of_oscars_dispatcher_arrive(user, tmp_path):
    path = tmp_path / "Anleitung.pdf"
    path.write_bytes(b"%PDF")
    dispatcher = get_class("communication.utils", "Dispatcher")()
    messages = {"subject": "Ihre Anleitung", "body": "Anbei.", "html": "", "sms": ""}

    dispatcher.dispatch_user_messages(user, messages, attachments=[str(path), ["a.txt", "Größe", "text/plain"]])
    send_due()

    sent = mail.outbox[0]
    assert sent.body == "Anbei.\n"
    files = [(name, content, kind) for name, content, kind in sent.attachments]
    assert files == [("Anleitung.pdf", b"%PDF", "application/pdf"), ("a.txt", "Größe", "text/plain")]


def test_wagtails_password_mail_joins_the_queue_too(client, wagtail_site):
    get_user_model().objects.create_superuser("redaktion@example.org", "geheim-1234")

    client.post("/cms/password_reset/", {"email": "redaktion@example.org"})

    assert mail.outbox == []
    message = Message.objects.get()
    assert (message.to_email, message.state, message.template) == ("redaktion@example.org", "planned", "django")
    assert "/cms/password_reset/confirm/" in message.text
