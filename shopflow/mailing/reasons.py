"""Sentences for staff: why a message was not sent, and what can be done."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shopflow.mailing.models import Message, MessageState

_SKIPPED: dict[str, str | Promise] = {
    "suppressed": _("Mail to this address is blocked. The person has unsubscribed, or the address does not exist."),
    "no_basis": _("Nobody may advertise without consent, and there is none now."),
    "invalid_address": _("The address is not one. Correct it where it was entered."),
    "stale": _("It could not be sent in time and has become pointless."),
    "given_up": _("A member of staff has taken it off the list."),
    "erased": _("The person's data have been erased."),
}
_STATES: dict[str, str | Promise] = {
    MessageState.FAILED: _("The mail system refuses this message. Remove the cause, then send it once more."),
    MessageState.DEFERRED: _("It did not work, and is tried again by itself."),
    MessageState.UNKNOWN: _(
        "The connection ended in the middle: nobody knows whether the message arrived. Advertising is not repeated; "
        "other messages are, with the same number, so that mail programs recognise a double."
    ),
}


def reason_of(message: Message) -> str | Promise:
    """A sentence about the message's state; empty where there is nothing to explain."""
    if message.state == MessageState.SKIPPED:
        return _SKIPPED.get(message.skip_code, message.skip_code)
    return _STATES.get(message.state, "")


_REPORTS: dict[str, str | Promise] = {
    "queued": _("taken by the provider"),
    "sent": _("sent on by the provider"),
    "deferred": _("delayed by the recipient's server"),
    "delivered": _("delivered"),
    "failed": _("not sent by the provider"),
    "rejected": _("refused by the provider"),
    "bounced": _("bounced"),
    "complained": _("reported as spam"),
    "unsubscribed": _("unsubscribed at the provider"),
}


def report_label(kind: str) -> str | Promise:
    """A provider's report in words; ``kind`` is anymail's."""
    return _REPORTS.get(kind, kind)
