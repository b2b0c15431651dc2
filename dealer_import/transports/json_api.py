"""A JSON interface on the web: asked with ETag or date, read page by page, written as one object per line."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealer_import.models import ReceivedFile
from dealer_import.sources.json_values import JsonText, NoJson, items_of
from dealer_import.transports.limits import BrokenOff, copy, max_bytes
from dealer_import.transports.secrets import SecretNameField, secret
from dealer_import.transports.web import Answer, check_time, length_of, open_address, time_is_over
from shopflow.contracts.imports import FileRefused
from shopflow.contracts.transports import ImportTransport, RemoteFile, TransportFailed

MAX_PAGES = 100_000
_LINK = re.compile(r'<([^<>]+)>\s*;[^,]*\brel="?next"?', re.IGNORECASE)
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}\Z")
_DATED = "date "


class JsonApiForm(forms.Form):
    url = forms.URLField(label=gettext_lazy("Address"), max_length=500, assume_scheme="https")
    token_variable = SecretNameField(label=gettext_lazy("Variable of the password or token"), required=False)
    header = forms.CharField(
        label=gettext_lazy("Header of the token"), max_length=64, required=False, initial="Authorization"
    )
    scheme = forms.CharField(
        label=gettext_lazy("Word before the token"), max_length=40, required=False, initial="Bearer"
    )
    items = forms.CharField(
        label=gettext_lazy("Member with the items"), max_length=100, required=False, initial="items"
    )
    next = forms.CharField(
        label=gettext_lazy("Member with the next page"),
        max_length=100,
        required=False,
        help_text=gettext_lazy(
            "Its address, or a mark for the parameter below. The Link header is understood as well."
        ),
    )
    parameter = forms.CharField(label=gettext_lazy("Parameter that takes the mark"), max_length=60, required=False)

    def clean_header(self) -> str:
        name = str(self.cleaned_data["header"])
        if name and not _HEADER.match(name):
            raise forms.ValidationError(_("A header's name holds letters, digits and hyphens."))
        return name


class JsonApiTransport(ImportTransport):
    """All pages of an interface as one file."""

    code = "json_api"
    label = gettext_lazy("JSON interface (HTTPS)")
    form_class = JsonApiForm

    def files(self, settings: Mapping[str, Any]) -> Iterable[RemoteFile]:
        url = str(settings["url"])
        known = last_fingerprint(url)
        asked = _conditions(known)
        response = open_address(url, headers={**_headers(settings), **asked}, none_for=(304,) if asked else ())
        if response is None:
            return [RemoteFile(url, "interface.ndjson", known)]
        with response:
            return [RemoteFile(url, "interface.ndjson", _fingerprint(response.headers))]

    def fetch(self, settings: Mapping[str, Any], file: RemoteFile, target: BinaryIO) -> None:
        seen: set[str] = set()
        written, until = 0, time_is_over()
        url = file.key
        while url:
            if url in seen or len(seen) >= MAX_PAGES:
                raise TransportFailed(_("The interface's pages never end."))
            seen.add(url)
            check_time(until)
            size, url = _page(url, settings, target, until)
            written += size
            if written > max_bytes():
                raise TransportFailed(
                    _("The file is larger than %(mb)s MB and was not taken.") % {"mb": max_bytes() >> 20}
                )


def last_fingerprint(url: str) -> str:
    """How the interface was marked when it was read last; empty if it never was or has no marks."""
    found = ReceivedFile.objects.filter(remote_key=url[:500]).order_by("-pk").values_list("fingerprint", flat=True)
    return str(found.first() or "")


def _fingerprint(headers: Any) -> str:
    tag, changed = headers.get("ETag"), headers.get("Last-Modified")
    return str(tag) if tag else f"{_DATED}{changed}" if changed else ""


def _conditions(fingerprint: str) -> dict[str, str]:
    if fingerprint.startswith(_DATED):
        return {"If-Modified-Since": fingerprint.removeprefix(_DATED)}
    return {"If-None-Match": fingerprint} if fingerprint.startswith(('"', "W/")) else {}


def _headers(settings: Mapping[str, Any]) -> dict[str, str]:
    headers = {
        "User-Agent": "shopflow-import",
        "Accept": "application/json, application/x-ndjson",
        "Accept-Encoding": "identity",
    }
    variable = str(settings.get("token_variable") or "")
    if variable:
        name, scheme = str(settings.get("header") or "Authorization"), str(settings.get("scheme") or "")
        headers[name] = f"{scheme} {secret(variable)}".strip()
    return headers


def _page(url: str, settings: Mapping[str, Any], target: BinaryIO, until: float) -> tuple[int, str]:
    """Write the items of one page as lines; their size in bytes, and the address of the next page.

    The page waits on the disk: some interfaces give the whole catalogue as one.
    """
    others: dict[str, Any] = {}
    with tempfile.TemporaryFile(prefix="import-") as body:
        with open_address(url, headers=_headers(settings)) as response:
            told = response.headers
            length = copy(Answer(response, until), body)
        if length_of(told) not in (None, length):
            raise BrokenOff
        try:
            text = JsonText(body)
            path = str(settings.get("items") or "")
            wrapped = bool(path) and text.begins_with_member(path.split(".")[0])
            lines = (_one_line(raw) for _line, _value, raw in items_of(text, path if wrapped else "", others))
            written = sum(map(target.write, lines))
        except (NoJson, FileRefused) as error:
            raise TransportFailed(_("The interface does not answer with JSON. Check address and access.")) from error
    return written, _next(url, told, others, settings)


def _one_line(raw: str) -> bytes:
    """Line breaks in JSON only stand between its parts."""
    return raw.replace("\r", " ").replace("\n", " ").encode("utf-8", "replace") + b"\n"


def _next(url: str, headers: Any, others: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    link = _LINK.search(headers.get("Link") or "")
    mark = _found(others, str(settings.get("next") or ""))
    leads_to = link.group(1) if link is not None else mark
    if not leads_to:
        return ""
    try:
        if link is None and settings.get("parameter"):
            target = _with_parameter(url, str(settings["parameter"]), mark)
        else:
            target = urljoin(url, leads_to)
        elsewhere = urlsplit(target)[:2] != urlsplit(url)[:2]
    except ValueError as error:
        raise TransportFailed(_("The address is not written as addresses are, or leads to one that is not.")) from error
    if elsewhere:
        raise TransportFailed(_("The interface's next page lies on another server; it was not followed."))
    return target


def _found(others: Mapping[str, Any], path: str) -> str:
    """The member ``path`` of what stands beside the items; empty if it is not there or says that there is no more."""
    if not path:
        return ""
    value: Any = others.get(path, others)
    if value is others:
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
    return "" if value in (None, False, "") else str(value)


def _with_parameter(url: str, name: str, value: str) -> str:
    parts = urlsplit(url)
    query = [(key, old) for key, old in parse_qsl(parts.query, keep_blank_values=True) if key != name]
    return urlunsplit(parts._replace(query=urlencode([*query, (name, value)])))
