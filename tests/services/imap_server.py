"""The few words of IMAP that reading a mailbox needs, on loopback, over given messages."""

from __future__ import annotations

import base64
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Session(socketserver.StreamRequestHandler):
    messages: dict[int, bytes]

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("* OK ready")
        for line in self.rfile:
            tag, _, command = line.decode().strip().partition(" ")
            if not self.answer(tag, command):
                return

    def answer(self, tag: str, command: str) -> bool:
        word = command.upper().removeprefix("UID ").split()[0].lower()
        verdict = getattr(self, f"do_{word}")(command)
        self.say(f"{tag} {verdict or 'OK done'}")
        return word != "logout"

    def do_capability(self, command: str) -> None:
        self.say("* CAPABILITY IMAP4rev1")

    def do_login(self, command: str) -> str | None:
        return None if "geheim" in command else "NO wrong password"

    def do_authenticate(self, command: str) -> str | None:
        self.say("+ ")
        told = base64.b64decode(self.rfile.readline()).decode()
        return None if told == "\0import\0Schlüssel" else "NO wrong password"

    def do_examine(self, command: str) -> None:
        self.say(f"* {len(self.messages)} EXISTS")
        self.say("* OK [UIDVALIDITY 77] ids are valid")

    def do_search(self, command: str) -> None:
        sender = command.rpartition("FROM ")[2].strip('"').encode()
        found = [uid for uid, body in sorted(self.messages.items()) if sender in body.lower() or "FROM" not in command]
        self.say("* SEARCH " + " ".join(map(str, found)))

    def do_fetch(self, command: str) -> None:
        found = re.match(r"UID FETCH (\d+) \(BODY\.PEEK\[(HEADER)?\]\)", command)
        assert found, command
        if int(found[1]) not in self.messages:
            return
        body = self.messages[int(found[1])]
        shown = body.split(b"\n\n", 1)[0] + b"\n\n" if found[2] else body
        self.say(f"* 1 FETCH (UID {found[1]} BODY[] {{{len(shown)}}}")
        self.wfile.write(shown + b")\r\n")

    def do_logout(self, command: str) -> None:
        self.say("* BYE")


@contextmanager
def imap_server(messages: dict[int, bytes]) -> Iterator[int]:
    """Serves ``messages`` by their UID to the user ``import`` with the password ``geheim``; yields the port."""

    session = type("MailboxSession", (Session,), {"messages": messages})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), session) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
