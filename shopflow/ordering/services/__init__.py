"""The verbs of buying, and the only writer of this room's tables."""

from shopflow.ordering.services.agreements import record_agreements
from shopflow.ordering.services.attempts import (
    PAYMENT_WINDOW,
    Intent,
    ReservedLine,
    begin_at_once,
    begin_attempt,
    extend_attempt,
    finish_at_once,
    mark_awaiting,
    mark_paying,
    mark_placed,
    mark_refund_due,
    mark_refunded,
    new_order_number,
    note_settled,
    payment_changed,
    release_attempt,
    reopen_attempt,
)
from shopflow.ordering.services.baskets import announce_idle_baskets, note_checkout, request_basket_mail, touch_basket

__all__ = [
    "PAYMENT_WINDOW",
    "Intent",
    "ReservedLine",
    "announce_idle_baskets",
    "begin_at_once",
    "begin_attempt",
    "extend_attempt",
    "finish_at_once",
    "mark_awaiting",
    "mark_paying",
    "mark_placed",
    "mark_refund_due",
    "mark_refunded",
    "new_order_number",
    "note_checkout",
    "note_settled",
    "payment_changed",
    "record_agreements",
    "release_attempt",
    "reopen_attempt",
    "request_basket_mail",
    "touch_basket",
]
