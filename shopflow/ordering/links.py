"""Signed links that bring a left basket back."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.urls import reverse

from shopflow.core.links import absolute

SALT = "shopflow.basket.restore"
LIFETIME = timedelta(days=30)


def basket_restore_url(basket_id: int) -> str:
    """The absolute address that opens this basket again, for thirty days."""
    return absolute(reverse("basket-restore", kwargs={"token": signing.dumps(basket_id, salt=SALT)}))


def read_basket_token(token: str) -> int:
    """The basket id in ``token``. Raises ``signing.BadSignature`` for a forged or an old one."""
    return int(signing.loads(token, salt=SALT, max_age=LIFETIME))
