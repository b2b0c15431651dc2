"""Attachments of mails in an IMAP mailbox, from listed senders only."""

from __future__ import annotations

import email
import imaplib
import logging
import re
import ssl
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from email.errors import HeaderParseError, InvalidHeaderDefect
from email.message import EmailMessage
from email.policy import default
from fnmatch import fnmatch
from typing import Any, BinaryIO

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealer_import.transports.limits import TriedAgain, max_bytes
from dealer_import.transports.secrets import SecretNameField, secret
from dealer_import.transports.web import public_address, unsound
from shopflow.contracts.transports import ImportTransport, RemoteFile, TransportFailed

logger = logging.getLogger("dealer_import.transports")

TIMEOUT = 60
NEWEST = 50
"""Only the newest messages of the listed senders are looked at."""
_SEALED_NAMES = ("winmail.dat", "smime.p7m")
_SEALED_TYPES = ("application/ms-tnef", "application/pkcs7-mime", "application/x-pkcs7-mime")


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
                    RemoteFile(f"{validity}/{uid}/{index}", name, _number(message) or str(uid))
                    for index, name in _names(message, str(settings["pattern"]))
                ]
        return found

    def fetch(self, settings: Mapping[str, Any], file: RemoteFile, target: BinaryIO) -> None:
        _validity_then, uid, index = file.key.split("/")
        with _session(settings) as session:
            message = _message(_bytes(session, int(uid), "BODY.PEEK[]"))
        part = next(iter(_parts(message)[int(index) :]), None)
        if part is not None and _is_sealed(part):
            told = _(
                "The mail holds %(name)s, which hides its attachments. Have it sent without encryption and not as"
                " rich text, or move the mail to another folder."
            )
            raise TransportFailed(told % {"name": file.name})
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
    senders: list[Any] = message.get_all("From", [])
    addresses = [address.addr_spec.lower() for sender in senders for address in sender.addresses]
    is_odd = any(isinstance(defect, InvalidHeaderDefect) for sender in senders for defect in sender.defects)
    if len(senders) != 1 or len(addresses) != 1 or is_odd or addresses[0] not in settings["senders"]:
        return False
    if not settings.get("needs_authentication"):
        return True
    # Only the topmost header is the receiving server's own; a sender may have written others below it.
    results = message.get_all("Authentication-Results", [])
    return bool(results) and _is_vouched_for(str(results[0]))


def _is_vouched_for(results: str) -> bool:
    """Whether the server's verdict itself says so: what a sender can put in, quotes and comments, says nothing."""
    told, before = re.sub(r'"(?:[^"\\]|\\.)*"', "", results), ""
    while told != before:
        told, before = re.sub(r"\([^()]*\)", "", told), told
    return any(re.match(r"\s*dmarc\s*=\s*pass(\s|$)", verdict, re.IGNORECASE) for verdict in told.split(";")[1:])


def _number(message: EmailMessage) -> str:
    """The number that the sender gave the mail; empty if nobody can read it."""
    try:
        return str(message.get("Message-ID", ""))
    except (AttributeError, IndexError, ValueError, HeaderParseError):  # what Python breaks with
        return ""


def _names(message: EmailMessage, pattern: str) -> list[tuple[int, str]]:
    """Place and name of the attachments that are wanted; where there is none, of what may hide one."""
    named = [
        (index, (part.get_filename() or "").replace("\\", "/").rsplit("/", 1)[-1], part)
        for index, part in enumerate(_parts(message))
    ]
    found = [(index, name) for index, name, _part in named if name and fnmatch(name.lower(), pattern.lower())]
    return found or [(index, name or part.get_content_type()) for index, name, part in named if _is_sealed(part)]


def _is_sealed(part: EmailMessage) -> bool:
    return (part.get_filename() or "").lower() in _SEALED_NAMES or part.get_content_type() in _SEALED_TYPES


def _parts(message: EmailMessage) -> list[EmailMessage]:
    """The attachments of a mail, then those inside wrappings: forwarded mails, signatures, a text's other form.

    A mail that is nothing but its attachment is its own.
    """
    if not message.is_multipart():
        return [message] if message.get_filename() or _is_sealed(message) else []
    outer = list(message.iter_attachments())
    known = {id(part) for part in outer}
    inner: list[Any] = [part for part in message.walk() if id(part) not in known and not part.is_multipart()]
    return outer + [part for part in inner if part.get_filename() or _is_sealed(part)]


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
        answer, _data = session.select(folder_name(str(settings.get("folder") or "INBOX")), readonly=True)
        if answer != "OK":
            raise TransportFailed(_("The mailbox has no folder of this name."))
        yield session
    except ssl.SSLCertVerificationError as error:
        raise TransportFailed(unsound(str(settings["host"]), error)) from error
    except (OSError, imaplib.IMAP4.error) as error:
        raise TriedAgain(_("The mailbox cannot be read: %(error)s") % {"error": error}) from error
    finally:
        if session is not None:
            session.shutdown()


def _sign_in(session: imaplib.IMAP4, settings: Mapping[str, Any]) -> None:
    word = secret(str(settings["password_variable"]))
    user = str(settings["user"])
    try:
        if user.isascii() and word.isascii():
            session.login(user, word)
        else:  # LOGIN knows no umlauts
            session.authenticate("PLAIN", lambda _challenge: f"\0{user}\0{word}".encode())
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise TransportFailed(_("The server refuses the sign-in. Check user name and secret.")) from error


def folder_name(name: str) -> str:
    """A folder as IMAP writes it: quoted, in modified UTF-7 (RFC 3501, 5.1.3). Staff may have typed that."""
    if not re.search(r"&[A-Za-z0-9+,]{3,}-", name):
        name = re.sub(r"[^\x20-\x7e]+", _in_utf7, name.replace("&", "&-"))
    return '"' + name.replace("\\", r"\\").replace('"', r"\"") + '"'


def _in_utf7(found: re.Match[str]) -> str:
    return "&" + b64encode(found[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"


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
