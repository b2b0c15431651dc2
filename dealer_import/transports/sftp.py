"""SFTP. The server must show the host key that staff have pinned; a new key is never trusted by itself."""

from __future__ import annotations

import base64
import hashlib
import io
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

import paramiko
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealer_import.transports.folder import SETTLED_SECONDS, UNFINISHED, named_like
from dealer_import.transports.limits import TriedAgain, copy
from dealer_import.transports.secrets import SecretNameField, secret
from dealer_import.transports.web import public_address
from shopflow.contracts.transports import ImportTransport, RemoteFile, TransportFailed

TIMEOUT = 60
KEYS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


class SftpForm(forms.Form):
    host = forms.CharField(label=gettext_lazy("Host"), max_length=200)
    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65535, initial=22)
    user = forms.CharField(label=gettext_lazy("User name"), max_length=80)
    host_key = forms.CharField(
        label=gettext_lazy("Fingerprint of the host key"),
        max_length=80,
        help_text=gettext_lazy(
            "SHA256:… as the operator of the server tells you; “ssh-keyscan HOST | ssh-keygen -lf -” shows it too."
        ),
    )
    password_variable = SecretNameField(label=gettext_lazy("Variable of the password"), required=False)
    key_variable = SecretNameField(label=gettext_lazy("Variable of the private key"), required=False)
    folder = forms.CharField(label=gettext_lazy("Folder"), max_length=300, initial=".")
    pattern = forms.CharField(label=gettext_lazy("File name"), max_length=120, initial="*.csv")

    def clean_host_key(self) -> str:
        text = str(self.cleaned_data["host_key"]).strip()
        text = text if text.startswith("SHA256:") else f"SHA256:{text}"
        if len(text.removeprefix("SHA256:").rstrip("=")) != 43:
            raise forms.ValidationError(_("A fingerprint is SHA256: and 43 characters."))
        return text.rstrip("=")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("password_variable") and not cleaned.get("key_variable"):
            raise forms.ValidationError(_("Name the variable of the password or of the private key."))
        return cleaned


def fingerprint(key: paramiko.PKey) -> str:
    """``SHA256:…`` as OpenSSH writes it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")


class SftpTransport(ImportTransport):
    """Files in a folder of an SFTP server; they stay there."""

    code = "sftp"
    label = gettext_lazy("SFTP server")
    form_class = SftpForm

    def files(self, settings: Mapping[str, Any]) -> Iterable[RemoteFile]:
        with _session(settings) as session:
            found = list(_files(session, settings))
            again = {file.key: _mark_of(session, file.key) for file in found}
        return [
            RemoteFile(f.key, f.name, mark, f.size, settled=mark.endswith(f"-{f.size}") and f.settled)
            for f in sorted(found, key=lambda file: file.fingerprint)
            if (mark := again[f.key])
        ]

    def fetch(self, settings: Mapping[str, Any], file: RemoteFile, target: BinaryIO) -> None:
        with _session(settings) as session:
            try:
                with session.open(file.key, "rb") as stream:
                    stream.prefetch(file.size)
                    copied = copy(stream, target)
            except OSError as error:
                told = _("%(name)s cannot be read: %(error)s") % {"name": file.name, "error": error}
                raise TriedAgain(told) from error
            mark = _mark_of(session, file.key)
        if (copied, mark) != (file.size, file.fingerprint):
            raise TriedAgain(_("%(name)s changed while it was read; it is tried again.") % {"name": file.name})


def _files(session: paramiko.SFTPClient, settings: Mapping[str, Any]) -> Iterator[RemoteFile]:
    folder = str(settings.get("folder") or ".")
    try:
        entries = session.listdir_attr(folder)
    except TimeoutError:
        raise
    except OSError as error:
        told = _("There is no folder %(path)s. Create it, or correct the name.")
        raise TransportFailed(told % {"path": folder}) from error
    names = {entry.filename for entry in entries}
    for entry in entries:
        name = entry.filename
        if not stat.S_ISREG(entry.st_mode or 0) or name.lower().endswith(UNFINISHED):
            continue
        if not named_like(name, str(settings["pattern"])):
            continue
        changed = entry.st_mtime or 0
        rested = abs(time.time() - changed) >= SETTLED_SECONDS  # a server whose clock is ahead must not wait for ever
        yield RemoteFile(
            key=f"{folder.rstrip('/')}/{name}",
            name=name,
            fingerprint=_mark(entry),
            size=entry.st_size,
            settled=rested and f"{name}.part" not in names,
        )


def _mark_of(session: paramiko.SFTPClient, key: str) -> str:
    """When a file was changed last, and its size; empty if it is gone."""
    try:
        state = session.stat(key)
    except FileNotFoundError:
        return ""
    return _mark(state)


def _mark(state: paramiko.SFTPAttributes) -> str:
    return f"{state.st_mtime or 0:012d}-{state.st_size}"


@contextmanager
def _session(settings: Mapping[str, Any]) -> Iterator[paramiko.SFTPClient]:
    transport = None
    try:
        transport = _connect(settings)
        session = paramiko.SFTPClient.from_transport(transport)
        if session is None:
            raise TransportFailed(_("The server offers no SFTP."))
        if (channel := session.get_channel()) is not None:
            channel.settimeout(TIMEOUT)
        yield session
    except (OSError, EOFError, paramiko.SSHException) as error:
        told = str(error) or type(error).__name__
        raise TriedAgain(_("The server cannot be reached: %(error)s") % {"error": told}) from error
    finally:
        if transport is not None:
            transport.close()


def _connect(settings: Mapping[str, Any]) -> paramiko.Transport:
    import socket

    address = public_address(str(settings["host"]), int(settings["port"]))
    transport = paramiko.Transport(socket.create_connection(address, TIMEOUT))
    try:
        transport.start_client(timeout=TIMEOUT)
        found = fingerprint(transport.get_remote_server_key())
        if found != settings["host_key"]:
            told = _("The server shows another host key (%(found)s). Ask its operator before you change it here.")
            raise TransportFailed(told % {"found": found})
        _sign_in(transport, settings)
    except BaseException:
        transport.close()
        raise
    return transport


def _sign_in(transport: paramiko.Transport, settings: Mapping[str, Any]) -> None:
    try:
        if settings.get("key_variable"):
            transport.auth_publickey(str(settings["user"]), _private_key(secret(str(settings["key_variable"]))))
        else:
            transport.auth_password(str(settings["user"]), secret(str(settings["password_variable"])))
    except paramiko.AuthenticationException as error:
        raise TransportFailed(_("The server refuses the sign-in. Check user name and secret.")) from error


def _private_key(text: str) -> paramiko.PKey:
    for kind in KEYS:
        try:
            return kind.from_private_key(io.StringIO(text))
        except (paramiko.SSHException, ValueError):
            continue
    raise TransportFailed(_("The private key cannot be read; it must have no passphrase."))
