"""Signed links to an order, for people without an account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import signing
from django.urls import reverse

from shopflow.core.links import absolute

SALT = "shopflow.order.status"
LIFETIME = timedelta(days=180)


def order_token(order: Any) -> str:
    """A token that opens this order's status page for half a year, and nothing else."""
    return signing.dumps(order.pk, salt=SALT)


def read_order_token(token: str) -> int:
    """The order id in ``token``. Raises ``signing.SignatureExpired`` or ``signing.BadSignature``."""
    return int(signing.loads(token, salt=SALT, max_age=LIFETIME))


def order_status_url(order: Any) -> str:
    """The absolute address of the order's status page."""
    return absolute(reverse("order-status", kwargs={"token": order_token(order)}))
