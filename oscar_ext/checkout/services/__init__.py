"""From the press of the button to the order: claim, reserve, pay, place, and what to do when one of them fails."""

from oscar_ext.checkout.services.outcomes import Declined, Outcome, Placed, Redirected, StillOpen
from oscar_ext.checkout.services.placement import follow_up, place_order
from oscar_ext.checkout.services.settlement import cancel_attempt, settle_attempt, settle_overdue
from oscar_ext.checkout.services.submit import submit

__all__ = [
    "Declined",
    "Outcome",
    "Placed",
    "Redirected",
    "StillOpen",
    "cancel_attempt",
    "follow_up",
    "place_order",
    "settle_attempt",
    "settle_overdue",
    "submit",
]
