"""Attachments of mails in an IMAP mailbox, from listed senders only."""

from __future__ import annotations

import email
import imaplib
import logging
import re
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from fnmatch import fnmatch
from typing import Any, BinaryIO

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealer_import.transports.limits import max_bytes
from dealer_import.transports.secrets import SecretNameField, secret
from dealer_import.transports.web import public_address, unsound
from shopflow.contracts.transports import ImportTransport, RemoteFile, TransportFailed

logger = logging.getLogger("dealer_import.transports")

TIMEOUT = 60
NEWEST = 50
"""Only the newest messages of the listed senders are looked at."""
_UID = re.compile(rb"UID (\d+)")


class MailboxForm(forms.Form):
    host = forms.CharField(label=gettext_lazy("Host"), max_length=200)
    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65535, initial=993)
    user = forms.CharField(label=gettext_lazy("User name"), max_length=120)
    password_variable = SecretNameField(label=gettext_lazy("Variable of the password"))
    folder = forms.CharField(label=gettext_lazy("Folder"), max_length=120, initial="INBOX")
    senders = forms.CharField(
        label=gettext_lazy("Senders"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One address a line. Mail from anybody else is left alone."),
    )
    pattern = forms.CharField(label=gettext_lazy("File name"), max_length=120, initial="*.csv")
    needs_authentication = forms.BooleanField(
        label=gettext_lazy("Only mails whose sender the mail server has checked (DMARC)"), required=False, initial=True
    )
    plain = forms.BooleanField(label=gettext_lazy("Without encryption (only inside your own network)"), required=False)

    def clean_senders(self) -> list[str]:
        found = [line.strip().lower() for line in self.cleaned_data["senders"].splitlines() if line.strip()]
        if not all(re.fullmatch(r"[^@\s]+@[^@\s]+", address) for address in found):
            raise forms.ValidationError(_("Write one e-mail address a line."))
        return found


class MailboxTransport(ImportTransport):
    """Reads messages without changing them; what has been taken is remembered by the shop."""

    code = "mailbox"
    label = gettext_lazy("Mailbox (IMAP)")
    form_class = MailboxForm

    def files(self, settings: Mapping[str, Any]) -> Iterable[RemoteFile]:
        with _session(settings) as session:
            found, validity = [], _validity(session)
            for uid in _uids(session, settings["senders"]):
                if not _is_wanted(_bytes(session, uid, "BODY.PEEK[HEADER]"), settings):
                    continue
                message = _message(_bytes(session, uid, "BODY.PEEK[]"))
                found += [
                    RemoteFile(f"{validity}/{uid}/{index}", name, message.get("Message-ID", "") or str(uid))
                    for index, name in _names(message, str(settings["pattern"]))
                ]
        return found

    def fetch(self, settings: Mapping[str, Any], file: RemoteFile, target: BinaryIO) -> None:
        _validity_then, uid, index = file.key.split("/")
        with _session(settings) as session:
            message = _message(_bytes(session, int(uid), "BODY.PEEK[]"))
        part = next(iter(_parts(message)[int(index) :]), None)
        body = part.get_payload(decode=True) if part is not None else None
        if not isinstance(body, bytes) or len(body) > max_bytes():
            raise TransportFailed(_("The attachment %(name)s cannot be read.") % {"name": file.name})
        target.write(body)


def _is_wanted(head: bytes, settings: Mapping[str, Any]) -> bool:
    """Whether a message is welcome. One whose header nobody can read is not, and must not hide the others."""
    try:
        return is_welcome(_message(head), settings)
    except Exception:  # Python's reader of headers breaks in many ways, and anybody may send a mail
        logger.warning("A mail with a broken header was left alone.", exc_info=True)
        return False


def is_welcome(message: EmailMessage, settings: Mapping[str, Any]) -> bool:
    """Whether the mail comes from a listed sender, and whether the receiving server vouches for that if asked."""
    senders = message.get_all("From", [])
    if len(senders) != 1 or parseaddr(str(senders[0]))[1].lower() not in settings["senders"]:
        return False
    if not settings.get("needs_authentication"):
        return True
    # Only the topmost header is the receiving server's own; a sender may have written others below it.
    results = message.get_all("Authentication-Results", [])
    return bool(results) and re.search(r"\bdmarc=pass\b", str(results[0])) is not None


def _names(message: EmailMessage, pattern: str) -> Iterator[tuple[int, str]]:
    for index, part in enumerate(_parts(message)):
        name = (part.get_filename() or "").replace("\\", "/").rsplit("/", 1)[-1]
        if name and fnmatch(name.lower(), pattern.lower()):
            yield index, name


def _parts(message: EmailMessage) -> list[EmailMessage]:
    """The attachments of a mail; a mail that is nothing but its attachment is its own."""
    if message.is_multipart():
        return list(message.iter_attachments())
    return [message] if message.get_filename() else []


@contextmanager
def _session(settings: Mapping[str, Any]) -> Iterator[imaplib.IMAP4]:
    session = None
    try:
        host, port = public_address(str(settings["host"]), int(settings["port"]))
        if settings.get("plain"):
            session = imaplib.IMAP4(host, port, TIMEOUT)
        else:
            session = _SecureImap(str(settings["host"]), host, port)
        _sign_in(session, settings)
        answer, _data = session.select(f'"{settings.get("folder") or "INBOX"}"', readonly=True)
        if answer != "OK":
            raise TransportFailed(_("The mailbox has no folder of this name."))
        yield session
    except ssl.SSLCertVerificationError as error:
        raise TransportFailed(unsound(str(settings["host"]), error)) from error
    except (OSError, imaplib.IMAP4.error) as error:
        raise TransportFailed(_("The mailbox cannot be read: %(error)s") % {"error": error}) from error
    finally:
        if session is not None:
            session.shutdown()


def _sign_in(session: imaplib.IMAP4, settings: Mapping[str, Any]) -> None:
    word = secret(str(settings["password_variable"]))
    try:
        session.login(str(settings["user"]), word)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise TransportFailed(_("The server refuses the sign-in. Check user name and secret.")) from error


class _SecureImap(imaplib.IMAP4_SSL):
    """Connects to a checked address, and checks the certificate for the name that staff gave."""

    def __init__(self, name: str, address: str, port: int) -> None:
        self._name = name
        super().__init__(address, port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)

    def _create_socket(self, timeout: float | None) -> Any:
        plain = imaplib.IMAP4._create_socket(self, timeout)  # type: ignore[attr-defined]
        return self.ssl_context.wrap_socket(plain, server_hostname=self._name)  # type: ignore[attr-defined]


def _uids(session: imaplib.IMAP4, senders: Iterable[str]) -> list[int]:
    """The newest messages that the server takes for those of ``senders``: mails of others push none of them out."""
    found: set[int] = set()
    for sender in senders:
        asked = (
            ("FROM", '"{}"'.format(sender.replace("\\", r"\\").replace('"', r"\""))) if sender.isascii() else ("ALL",)
        )
        _answer, data = session.uid("SEARCH", *asked)
        found.update(int(text) for text in (data[0] or b"").split())
    return sorted(found)[-NEWEST:]


def _validity(session: imaplib.IMAP4) -> str:
    _answer, data = session.response("UIDVALIDITY")
    return (data[0] or b"0").decode() if data else "0"


def _bytes(session: imaplib.IMAP4, uid: int, part: str) -> bytes:
    """What the server holds of a message; nothing if it is gone."""
    _answer, data = session.uid("FETCH", str(uid), f"({part})")
    return next((item[1] for item in data if isinstance(item, tuple)), b"")


def _message(body: bytes) -> EmailMessage:
    return email.message_from_bytes(body, policy=default)  # type: ignore[return-value]
