"""HTTP(S) with ETag. Addresses in private networks are refused, also behind redirects and changing names."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any, BinaryIO
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from django import forms
from django.conf import settings as django_settings
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealer_import.transports.limits import BrokenOff, TriedAgain, copy
from dealer_import.transports.secrets import SecretNameField, secret
from shopflow.contracts.transports import ImportTransport, RemoteFile, TransportFailed

TIMEOUT = 60
FETCH_SECONDS = 3600
"""How long fetching a file may take in all. A server that gives a byte a minute would hold a worker for good."""
NO_HEAD = (202, 204, 206, 403, 405, 501)
"""How servers answer that only give files, and do not tell of them first; fetching shows whether they really refuse."""

BUSY = (429, 503)

NO_SECRETS = frozenset(["user-agent", "accept", "accept-encoding", "if-none-match", "if-modified-since"])
"""Headers that go along to another server. A secret may stand in any other, such as X-Api-Key."""


def public_address(host: str, port: int) -> tuple[str, int]:
    """An address of ``host`` that may be talked to; the caller must connect to exactly this one.

    Loopback, private and link-local addresses are refused unless ``SHOPFLOW_IMPORT_PRIVATE_HOSTS`` names the host.
    """
    allowed = host.lower() in {name.lower() for name in getattr(django_settings, "SHOPFLOW_IMPORT_PRIVATE_HOSTS", ())}
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise TransportFailed(_("The host %(host)s cannot be found. Check the address.") % {"host": host}) from error
    for *_rest, address in found:
        ip = ipaddress.ip_address(str(address[0]).split("%")[0])
        if allowed or ip.is_global:
            return str(address[0]), port
    told = _("%(host)s lies in a private network. If that is right, add it to SHOPFLOW_IMPORT_PRIVATE_HOSTS.")
    raise TransportFailed(told % {"host": host})


class _Connection(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = socket.create_connection(public_address(self.host, self.port or 80), self.timeout)


class _SecureConnection(http.client.HTTPSConnection):
    def connect(self) -> None:
        plain = socket.create_connection(public_address(self.host, self.port or 443), self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


class _Handler(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_Connection, req)


class _SecureHandler(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_SecureConnection, req)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows within http and https; the secret goes to the first host only, and never out of encryption."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if urlsplit(newurl).scheme not in ("http", "https"):
            raise TransportFailed(_("The server leads to an address that is not on the web."))
        followed = super().redirect_request(req, fp, code, msg, headers, newurl)
        if followed is not None and not _may_follow(urlsplit(req.full_url), urlsplit(newurl)):
            followed.headers = {name: told for name, told in followed.headers.items() if name.lower() in NO_SECRETS}
        return followed


def _may_follow(asked: SplitResult, leads_to: SplitResult) -> bool:
    """Whether a secret may go along: to the same server, or to the same name once it turns to encryption."""
    encrypts = (asked.scheme, leads_to.scheme) == ("http", "https") and asked.port is leads_to.port is None
    return asked.hostname == leads_to.hostname and (encrypts or asked[:2] == leads_to[:2])


class Answer:
    """The body of a response. What breaks off or comes too slowly while it is read is a :class:`TransportFailed`.

    ``until`` is when it must have come, by the monotonic clock.
    """

    def __init__(self, response: Any, until: float) -> None:
        self._response, self._until = response, until

    def read(self, size: int, /) -> bytes:
        check_time(self._until)
        try:
            piece: bytes = self._response.read1(size)  # what is there: ``read`` would wait until all of it has come
        except (OSError, http.client.HTTPException) as error:
            raise BrokenOff from error
        return piece


def time_is_over() -> float:
    """When a fetch that begins now must have ended, by the monotonic clock."""
    return time.monotonic() + FETCH_SECONDS


def check_time(until: float) -> None:
    """Raises :class:`TransportFailed` when the time of a fetch is over."""
    if time.monotonic() > until:
        told = _("The server was so slow that the file had not come after %(minutes)s minutes. It was not taken.")
        raise TransportFailed(told % {"minutes": FETCH_SECONDS // 60})


def length_of(headers: Any) -> int | None:
    """How many bytes the server announces; None where it says nothing that can be understood."""
    told = (headers.get("Content-Length") or "").strip()
    return int(told) if told.isascii() and told.isdecimal() else None


def open_address(
    url: str, *, headers: Mapping[str, str] | None = None, method: str = "GET", none_for: Collection[int] = ()
) -> Any:
    """The open response of ``url``, checked at every hop; raises :class:`TransportFailed` with what to do.

    None where the server answers with a status that is in ``none_for``. Only 200 is an answer that holds it all.
    """
    try:
        response = _opened(_in_ascii(url), dict(headers or {}), method)
    except urllib.error.HTTPError as error:
        error.close()
        return _no_answer(error.code, error.headers, none_for)
    except (OSError, http.client.HTTPException) as error:
        raise TriedAgain(_not_reached(url, getattr(error, "reason", error))) from error
    except ValueError as error:  # of this address, or of one that it leads to
        raise TransportFailed(_("The address is not written as addresses are, or leads to one that is not.")) from error
    if response.status == http.client.OK:
        return response
    response.close()
    return _no_answer(response.status, response.headers, none_for)


def _no_answer(status: int, headers: Any, none_for: Collection[int]) -> None:
    if status in none_for:
        return
    if status in BUSY:
        told = _("The server answers %(code)s: it is asked too often, or overloaded. It is tried again later.")
        wait = (headers.get("Retry-After") or "").strip()
        raise TriedAgain(told % {"code": status}, int(wait[:9]) if wait.isascii() and wait.isdecimal() else None)
    if status < http.client.MULTIPLE_CHOICES:
        told = _("The server answers %(code)s, which is not the whole file. It was not taken.")
        raise TransportFailed(told % {"code": status})
    raise TransportFailed(_("The server answers %(code)s. Check address and access.") % {"code": status})


def _in_ascii(url: str) -> str:
    """The address as it is sent, with umlauts in host and path written out."""
    parts = urlsplit(url)
    host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
    return str(iri_to_uri(urlunsplit(parts._replace(netloc=host))))


def _opened(url: str, headers: dict[str, str], method: str) -> Any:
    if urlsplit(url).scheme not in ("http", "https"):
        raise TransportFailed(_("The address must begin with https:// or http://."))
    director = urllib.request.OpenerDirector()
    for handler in (
        _Handler,
        _SecureHandler,
        _Redirects,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        director.add_handler(handler())
    request = urllib.request.Request(url, headers=headers, method=method)  # noqa: S310 - scheme checked
    return director.open(request, timeout=TIMEOUT)


def unsound(host: str, error: ssl.SSLCertVerificationError) -> str:
    """What is said of a server whose certificate is not to be trusted."""
    told = _("The certificate of %(host)s does not hold: %(error)s. Its operator must renew it.")
    return told % {"host": host, "error": error.verify_message}


def _not_reached(url: str, error: object) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return unsound(urlsplit(url).hostname or "", error)
    if isinstance(error, http.client.HTTPException | ssl.SSLError):
        return _("What answers at this address does not speak the language of the web. Check address and port.")
    return _("The server cannot be reached: %(error)s") % {"error": getattr(error, "strerror", None) or error}


class WebForm(forms.Form):
    url = forms.URLField(label=gettext_lazy("Address"), max_length=500, assume_scheme="https")
    user = forms.CharField(label=gettext_lazy("User name"), max_length=80, required=False)
    password_variable = SecretNameField(label=gettext_lazy("Variable of the password or token"), required=False)


class WebTransport(ImportTransport):
    """One address whose file is fetched when its ETag or date has changed."""

    code = "http"
    label = gettext_lazy("Web address (HTTPS)")
    form_class = WebForm

    def files(self, settings: Mapping[str, Any]) -> Iterable[RemoteFile]:
        url = str(settings["url"])
        name = PurePosixPath(unquote(urlsplit(url).path)).name or "download"
        response = open_address(url, headers=self._headers(settings), method="HEAD", none_for=NO_HEAD)
        if response is None:
            return [RemoteFile(url, name, "")]
        with response:
            told, size = response.headers, length_of(response.headers)
        mark = told.get("ETag") or told.get("Last-Modified") or ""
        return [RemoteFile(url, name, f"{mark}-{'' if size is None else size}" if mark else "", size)]

    def fetch(self, settings: Mapping[str, Any], file: RemoteFile, target: BinaryIO) -> None:
        with open_address(str(settings["url"]), headers=self._headers(settings)) as response:
            told = length_of(response.headers)
            copied = copy(Answer(response, time_is_over()), target)
        if told is not None and copied != told:
            raise BrokenOff

    @staticmethod
    def _headers(settings: Mapping[str, Any]) -> dict[str, str]:
        headers = {"User-Agent": "shopflow-import", "Accept-Encoding": "identity"}
        variable = str(settings.get("password_variable") or "")
        if variable:
            value, user = secret(variable), str(settings.get("user") or "")
            both = b64encode(f"{user}:{value}".encode()).decode()
            headers["Authorization"] = f"Basic {both}" if user else f"Bearer {value}"
        return headers
