"""Handing a message to the mail system, and reading its answer as one of three: taken, refused, nobody knows."""

from __future__ import annotations

import logging
import smtplib
import time
from typing import Any, Self

from anymail.exceptions import (
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
from django.conf import settings
from django.core.files.storage import storages
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from shopflow.mailing.exceptions import OutcomeUnknown, RefusedForGood, TryAgainLater
from shopflow.mailing.links import unsubscribe_header
from shopflow.mailing.mime import UNSUBSCRIBE, Mail
from shopflow.mailing.models import MailSettings, Message
from shopflow.mailing.queries import sender

logger = logging.getLogger("shopflow.mailing")

_BAD_MESSAGE = (
    smtplib.SMTPNotSupportedError,
    ValueError,
    AnymailRecipientsRefused,
    AnymailInvalidAddress,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
QUICK = {"django.core.mail.backends.smtp.EmailBackend": "shopflow.mailing.backends.SmtpBackend"}
"""Backends that have one of ours with the same settings, which writes the same mails in less time."""

IDLE = 2.0
"""Seconds after which a line that was not used is asked whether it still stands."""

SERVICE_ENDS = 421
_WILL_STAY_REFUSED = frozenset({400, 404, 406, 410, 413, 422})
_NOT_NOW = frozenset({401, 402, 403, 408, 429})


def build(message: Message, *, mail: MailSettings, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """The mail with both parts, attachments and headers. Raises FileNotFoundError if an attachment is gone."""
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    if message.is_advertising:
        headers[UNSUBSCRIBE] = unsubscribe_header(message.dedupe_key)
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    built = Mail(
        subject=message.subject,
        body=message.text,
        from_email=sender(mail),
        to=[message.to_email],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=headers,
        connection=connection,
    )
    if message.html:
        built.attach_alternative(message.html, "text/html")
    for attachment in message.attachments:
        with storages["private"].open(attachment["storage_name"], "rb") as stream:
            built.attach(attachment["filename"], stream.read(), attachment["content_type"])
    built.metadata = {"message": str(message.pk)}  # type: ignore[attr-defined]
    built.tags = [message.template]  # type: ignore[attr-defined]
    if getattr(settings, "ANYMAIL", {}).get("IGNORE_UNSUPPORTED_FEATURES"):
        # Reading along needs consent (§ 25 TDDDG); a provider that cannot be told refuses the mail without the setting.
        built.track_opens = built.track_clicks = False  # type: ignore[attr-defined]
    return built


class Transport:
    """One connection to the mail system, opened late, kept for a batch and renewed when the other side hung up."""

    def __init__(self) -> None:
        backend = settings.SHOPFLOW_MAIL_TRANSPORT
        self.connection: BaseEmailBackend = get_connection(QUICK.get(backend, backend))
        self._is_open = self._has_worked = False
        self._may_have_left = True
        self._used_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def open(self) -> None:
        """Make sure that there is a live connection; raise :class:`TryAgainLater` if there is none to be had."""
        idle = time.monotonic() - self._used_at > IDLE
        if self._is_open and idle and not self._answers():
            self.close()
        if self._is_open:
            return
        try:
            self.connection.open()
        except (OSError, AnymailError) as error:
            raise TryAgainLater(describe(error)) from error
        self._is_open = True
        self._used_at = time.monotonic()
        self._watch_body()

    def _watch_body(self) -> None:
        """Note when an SMTP body begins to leave: a line that breaks before that has certainly taken nothing."""
        line = getattr(self.connection, "connection", None)
        if not isinstance(line, smtplib.SMTP):
            return
        send_body = line.data

        def data(msg: Any) -> tuple[int, bytes]:
            self._may_have_left = True
            return send_body(msg)

        line.data = data  # type: ignore[method-assign]

    def _answers(self) -> bool:
        """Whether the server still listens, asked with NOOP so that a closed line is not met in mid-message."""
        line = getattr(self.connection, "connection", None)
        if not isinstance(line, smtplib.SMTP):
            return True
        try:
            return int(line.noop()[0]) == 250
        except OSError:
            return False

    def close(self) -> None:
        self._is_open = self._has_worked = False
        try:
            self.connection.close()
        except OSError as error:
            logger.info("Closing the line to the mail system failed: %s", error)

    def submit(self, built: EmailMultiAlternatives) -> str:
        """Hand over one mail; return the provider's number, or an empty text where there is none.

        Raises RefusedForGood, TryAgainLater or OutcomeUnknown. A server that has hung up between two mails, as many do
        after some number of them, is called once more.
        """
        try:
            taken = self._give(built)
        except TryAgainLater:
            raise
        except Exception as error:
            verdict = judge(error)
            if isinstance(verdict, OutcomeUnknown) and not self._may_have_left:
                verdict = TryAgainLater(str(verdict))
            if not _reply_codes(error):
                self.close()
            raise verdict from error
        self._has_worked, self._used_at = True, time.monotonic()
        if not taken:
            raise RefusedForGood("The mail system did not take the message.")
        status: Any = getattr(built, "anymail_status", None)
        number = getattr(status, "message_id", None)
        return number if isinstance(number, str) else ""

    def _give(self, built: EmailMultiAlternatives) -> int | None:
        self._may_have_left = not isinstance(getattr(self.connection, "connection", None), smtplib.SMTP)
        try:
            return self.connection.send_messages([built])
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException) as error:
            hung_up = getattr(error, "smtp_code", SERVICE_ENDS) == SERVICE_ENDS
            if not hung_up or not self._has_worked or self._may_have_left:
                raise
        self.close()
        self.open()
        return self.connection.send_messages([built])

    def holds(self, message_id: str) -> bool | None:
        """Whether the mail system has the message; None where it cannot be asked."""
        find = getattr(self.connection, "holds", None)
        return None if find is None else bool(find(message_id))


def judge(error: Exception) -> Exception:
    """What an exception of the mail system means for the message."""
    text = describe(error)
    codes = _reply_codes(error)
    if codes:
        return RefusedForGood(text) if all(code >= 500 for code in codes) else TryAgainLater(text)
    if isinstance(error, _BAD_MESSAGE):
        return RefusedForGood(text)
    status = getattr(error, "status_code", None)
    if status in _WILL_STAY_REFUSED:
        return RefusedForGood(text)
    if status in _NOT_NOW or _never_connected(error):
        return TryAgainLater(text)
    return OutcomeUnknown(text)


def _never_connected(error: BaseException | None) -> bool:
    """Whether an HTTP request ended before a line to the provider stood, so that nothing can have been sent."""
    while error is not None:
        reason = getattr(error.args[0], "reason", None) if error.args else None
        if isinstance(reason, (NewConnectionError, ConnectTimeoutError)):
            return True
        error = error.__cause__ or error.__context__
    return False


def _reply_codes(error: Exception) -> list[int]:
    """The SMTP reply codes in ``error``, of one or of each refused recipient."""
    refused = getattr(error, "recipients", None)
    if isinstance(refused, dict):
        return [int(code) for code, _text in refused.values()]
    code = getattr(error, "smtp_code", None)
    return [int(code)] if isinstance(code, int) and code > 0 else []


def describe(error: BaseException) -> str:
    """The error in one line for staff, with the server's words."""
    refused = getattr(error, "recipients", None)
    if isinstance(refused, dict):
        return "; ".join(f"{code} {_words(text)}" for code, text in refused.values())
    code, words = getattr(error, "smtp_code", None), getattr(error, "smtp_error", None)
    if code is not None and words is not None:
        return f"{code} {_words(words)}"
    return f"{type(error).__name__}: {error}"[:500]


def _words(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
