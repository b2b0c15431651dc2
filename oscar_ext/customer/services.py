from __future__ import annotations

from typing import Any

from oscar_ext.customer.events import Registered
from shopflow.core.services import publish


def announce_account(user: Any) -> None:
    """Publish ``registered`` for a new account, in the caller's transaction; once per account."""
    event = Registered(email=user.email.strip().lower(), user_id=user.pk)
    publish(event, source_key=f"user:{user.pk}:registered")
