"""An SFTP server on loopback that serves one folder, for one user with a password."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import paramiko

from dealer_import.transports.sftp import fingerprint


@dataclass(frozen=True)
class Server:
    port: int
    host_key: str


class _Door(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_SUCCESSFUL if (username, password) == ("dms", "geheim") else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username: str) -> str:
        return "password"


class _Handle(paramiko.SFTPHandle):
    def stat(self) -> paramiko.SFTPAttributes:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


def _folder(root: Path, silence: threading.Event | None) -> type[paramiko.SFTPServerInterface]:
    class Folder(paramiko.SFTPServerInterface):
        def _path(self, path: str) -> Path:
            return root / self.canonicalize(path).lstrip("/")

        def list_folder(self, path: str) -> list[paramiko.SFTPAttributes]:
            if silence is not None:
                silence.wait(30)
            found = []
            for entry in self._path(path).iterdir():
                attributes = paramiko.SFTPAttributes.from_stat(entry.stat())
                attributes.filename = entry.name
                found.append(attributes)
            return found

        def stat(self, path: str) -> paramiko.SFTPAttributes | int:
            try:
                return paramiko.SFTPAttributes.from_stat(self._path(path).stat())
            except OSError as error:
                return paramiko.SFTPServer.convert_errno(error.errno)

        lstat = stat

        def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle:
            handle = _Handle(flags)
            handle.readfile = self._path(path).open("rb")
            return handle

    return Folder


@contextmanager
def sftp_server(root: Path, *, silence: threading.Event | None = None) -> Iterator[Server]:
    """Serves ``root``; with ``silence`` it does not answer for a list of files until that is set."""
    key = paramiko.RSAKey.generate(2048)
    listener = socket.create_server(("127.0.0.1", 0))
    sessions: list[paramiko.Transport] = []

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _address = listener.accept()
                transport = paramiko.Transport(connection)
                transport.add_server_key(key)
                transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _folder(root, silence))
                sessions.append(transport)
                with suppress(paramiko.SSHException, EOFError):
                    transport.start_server(server=_Door())

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield Server(listener.getsockname()[1], fingerprint(key))
    finally:
        listener.close()
        for transport in sessions:
            transport.close()
