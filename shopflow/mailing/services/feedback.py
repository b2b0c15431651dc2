"""What providers report after the hand-over: delivered, bounced, complained (anymail's normalised events)."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from shopflow.core import clock
from shopflow.mailing.addresses import email_hash
from shopflow.mailing.delivery import Report, end_state, soft_block_until
from shopflow.mailing.models import LiftedBlock, Message, MessageEvent, MessageState, Suppression
from shopflow.mailing.services.announcing import announce_found, announce_refusal, announce_trouble
from shopflow.mailing.services.breaker import look_for_trouble
from shopflow.mailing.services.suppressions import suppress_fingerprint, suppress_until

logger = logging.getLogger("shopflow.mailing")


def record_report(report: Report) -> bool:
    """Record what a provider says; False for a report that we have already.

    Reports come late, twice and in any order, and the outcome is the same: the delivery's state follows from all
    reports, a message of unknown outcome is settled, a hard bounce blocks the address, three soft ones rest its
    advertising, a complaint ends all advertising and the consents, an unsubscription its purpose. A report about
    nobody we know is kept without a message and logged.
    """
    with transaction.atomic():
        message = _message_of(report)
        _event, created = MessageEvent.objects.get_or_create(
            provider=report.provider,
            event_id=report.event_id,
            defaults={
                "message": message,
                "provider_number": report.provider_number,
                "kind": report.kind,
                "is_soft": report.is_soft,
                "reject_reason": report.reject_reason,
                "words": report.words if message is not None and message.to_email else "",
                "occurred_at": report.occurred_at,
                "received_at": clock.now(),
            },
        )
        if not created:
            return False
        if message is None:
            _nobodys(report)
        else:
            _apply(message, report)
    return True


def adopt_reports(messages: Sequence[Message], numbers: Mapping[int, str]) -> None:
    """Give the messages the reports that came before their provider's number was written down, in the transaction.

    ``numbers`` has the provider's number of each message that has one, by the message's key.
    """
    if not numbers:
        return
    known = {numbers[message.pk]: message for message in messages if message.pk in numbers}
    for event in MessageEvent.objects.filter(message=None, provider_number__in=list(known)).order_by("pk"):
        message = known[event.provider_number]
        event.message = message
        event.save(update_fields=["message"])
        _apply(message, _report_of(event))


def _report_of(event: MessageEvent) -> Report:
    return Report(
        provider=event.provider,
        event_id=event.event_id,
        kind=event.kind,
        occurred_at=event.occurred_at,
        is_soft=event.is_soft,
        reject_reason=event.reject_reason,
    )


def _message_of(report: Report) -> Message | None:
    """The message that the report is about, locked."""
    locked = Message.objects.select_for_update()
    if report.message is not None:
        return locked.filter(pk=report.message).first()
    if report.provider_number:
        number = report.provider_number
        return locked.filter(Q(provider_id=number) | Q(message_id=number)).order_by("pk").first()
    return None


def _nobodys(report: Report) -> None:
    """A report that names none of our messages still counts for an address that we have written to."""
    fingerprint = email_hash(report.email) if report.email else ""
    known = bool(fingerprint) and Message.objects.filter(email_hash=fingerprint).exists()
    logger.warning(
        "%s reports “%s” about a message that is not ours, recipient %s%s",
        report.provider,
        report.kind,
        fingerprint[:12] or "unnamed",
        "" if known else " unknown",
    )
    if known:
        _block(report, fingerprint=fingerprint, email=report.email, purpose="", source=report.provider)


def _apply(message: Message, report: Report) -> None:
    kinds = MessageEvent.objects.filter(message=message).values_list("kind", flat=True)
    state = end_state(kinds)
    Message.objects.filter(pk=message.pk).update(delivery_state=state)
    if report.kind != "unsubscribed":
        _settle(message)
    purpose = message.purpose
    _block(report, fingerprint=message.email_hash, email=message.to_email, purpose=purpose, source=message.message_id)
    _rest_after_soft_bounces(message.email_hash)
    if report.is_complaint:
        _tell_staff(message)
    if message.is_advertising and state in ("bounced", "complained", "rejected"):
        look_for_trouble(message)


def _settle(message: Message) -> None:
    """The provider knows the message, so it has been taken."""
    if message.state not in (MessageState.SUBMITTING, MessageState.UNKNOWN):
        return
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.ACCEPTED, accepted_at=clock.now(), due_at=None, lease_until=None, last_error=""
    )
    announce_found(message)


def _block(report: Report, *, fingerprint: str, email: str, purpose: str, source: str) -> None:
    reason, scope, refused = "", Suppression.ADVERTISING, False
    if report.is_gone:
        reason, scope = Suppression.Reason.BOUNCED, Suppression.ALL
    elif report.is_complaint:
        reason, refused, purpose = Suppression.Reason.COMPLAINED, True, ""
    elif report.is_refusal:
        reason, refused, scope = Suppression.Reason.UNSUBSCRIBED, True, purpose or Suppression.ADVERTISING
    elif report.kind == "rejected" and report.reject_reason == "blocked":
        reason = Suppression.Reason.REJECTED
    if not reason:
        return
    created = suppress_fingerprint(fingerprint, scope=scope, reason=reason, source=source)
    if not created or not email:
        return
    if refused:
        announce_refusal(email, purpose=purpose, reason=reason)
    if report.is_gone or report.is_complaint:
        announce_trouble(email, is_gone=report.is_gone, message_id=report.message)


def _rest_after_soft_bounces(fingerprint: str) -> None:
    """Advertising rests after repeated soft bounces. A message that arrived after all, or never can, does not count.

    The oldest message of the address serves as the lock, so that reports about several messages see each other. What
    happened before staff have lifted such a block does not count any more.
    """
    list(Message.objects.select_for_update().filter(email_hash=fingerprint).order_by("pk").values_list("pk")[:1])
    reason = Suppression.Reason.SOFT_BOUNCES
    told = MessageEvent.objects.filter(
        message__email_hash=fingerprint, message__delivery_state__in=["deferred", "bounced"], is_soft=True
    )
    lifted = LiftedBlock.objects.filter(email_hash=fingerprint, reason=reason).aggregate(at=Max("lifted_at"))["at"]
    if lifted is not None:
        told = told.filter(occurred_at__gt=lifted)
    troubled = told.values("message").annotate(last=Max("occurred_at")).values_list("last", flat=True)
    suppress_until(fingerprint, scope=Suppression.ADVERTISING, reason=reason, expires_at=soft_block_until(troubled))


def _tell_staff(message: Message) -> None:
    stored = Message.objects.get(pk=message.pk)
    note = _("The recipient has reported this e-mail as spam. Advertising to the address has ended.")
    if note not in stored.notes:
        Message.objects.filter(pk=message.pk).update(notes=[*stored.notes, note])
