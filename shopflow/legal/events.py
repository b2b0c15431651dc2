from __future__ import annotations

import dataclasses

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class WithdrawalDeclared(Event):
    """A consumer has withdrawn from a contract. ``order_id`` is null until staff have found the order."""

    code = "withdrawal_declared"
    label = _("Withdrawal declared")
    description = _("A consumer has withdrawn from a contract.")
    also = _("Return requested")

    declaration_id: int
    order_id: int | None
    email: str
    user_id: int | None


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class WithdrawalHandled(Event):
    """Staff have moved a declaration on. ``state`` is one of :class:`WithdrawalHandling.State`; ``email`` is the
    address that the consumer has named, ``page`` the declaration's page for staff.
    """

    code = "withdrawal_handled"
    label = _("Withdrawal handled")
    description = _("You have moved a withdrawal on, such as to settled or rejected.")
    also = _("Return received, inspected, closed")

    declaration_id: int
    state: str
    order_id: int | None
    order_number: str
    email: str
    user_id: int | None
    page: str
