"""Text messages to mobile telephones, through whichever provider the shop has chosen."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shopflow.contracts.channels import Channel, NotNow, Outgoing, SmsSender, channels, sms_senders
from shopflow.contracts.registry import UnknownCode
from shopflow.contracts.types import Scalar

logger = logging.getLogger("shopflow.sms")

HOME = "DE"
"""Where a number without a country's prefix is dialled."""

MOBILE = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


def mobile_number(raw: str, *, country: str = HOME) -> str:
    """``raw`` as ``+4917012345678``; empty for anything that is not the number of a mobile telephone."""
    try:
        number = phonenumbers.parse(raw, country or HOME)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in MOBILE:
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def chosen_sender() -> SmsSender | None:
    """The provider named by ``SHOPFLOW_SMS_SENDER``; None while the shop sends no text messages.

    Raises UnknownCode if its plugin is gone.
    """
    code = getattr(settings, "SHOPFLOW_SMS_SENDER", "")
    return sms_senders.get(code) if code else None


@channels.register
class SmsChannel(Channel):
    """The number is the event's ``phone``, or else the one of the order's delivery address."""

    code = "sms"
    label = _("text message (SMS)")

    def address(self, subject: Mapping[str, Scalar]) -> str:
        country = str(subject.get("country") or HOME)
        told = subject.get("phone")
        if told:
            return mobile_number(str(told), country=country)
        order_id = subject.get("order_id")
        if order_id is None:
            return ""
        orders = get_model("order", "Order")._default_manager.filter(pk=order_id)
        phone = orders.values_list("shipping_address__phone_number", flat=True).first()
        return mobile_number(str(phone or ""), country=country)

    def deliver(self, message: Outgoing) -> str:
        try:
            sender = chosen_sender()
        except UnknownCode as error:
            raise NotNow(str(error)) from error
        if sender is None:
            raise NotNow("No provider of text messages is chosen (SHOPFLOW_SMS_SENDER).")
        return sender.send(number=message.address, text=message.text, key=message.key)


@sms_senders.register
class ConsoleSender(SmsSender):
    """Writes text messages into the log instead of sending them: for trying things out."""

    code = "console"
    label = _("the log of the shop (for trying out)")

    def send(self, *, number: str, text: str, key: str) -> str:
        logger.info("SMS %s to %s: %s", key, number, text)
        return f"console:{key}"
