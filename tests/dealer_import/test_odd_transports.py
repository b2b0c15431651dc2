"""What other ends do that nobody has agreed on: spoofed and wrapped mails, vanishing files, hanging servers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.utils import translation

from dealer_import.transports import sftp
from dealer_import.transports.folder import FolderTransport
from dealer_import.transports.limits import TriedAgain
from dealer_import.transports.mailbox import MailboxTransport, folder_name
from dealer_import.transports.sftp import SftpTransport
from dealer_import.transports.web import open_address
from shopflow.contracts.transports import RemoteFile, TransportFailed
from tests.dealer_import.fetching import BODY, fetched
from tests.dealer_import.test_transports import mail, mailbox, remote, rested, served, shelf  # noqa: F401 - fixtures
from tests.services.sftp_server import sftp_server

# -- mailbox -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sender",
    [
        b"=?utf-8?q?=3Cexport=40dms=2Eexample=3E?= <wer@example.com>",
        b"=?utf-8?q?export=40dms=2Eexample=2C?= <wer@example.com>",
        b"export@dms.example, wer@example.com",
        b"wer@example.com, export@dms.example",
        b"<export@dms.example> <wer@example.com>",
        b"export@dms.example <wer@example.com>",
        b'"export@dms.example <export@dms.example>" <wer@example.com>',
    ],
)
def test_a_name_that_looks_like_a_listed_sender_is_none(mailbox, served, sender):  # noqa: F811
    served.clear()
    served[1] = mail("x@y.example").replace(b"From: x@y.example", b"From: " + sender)
    assert list(MailboxTransport().files(mailbox)) == []


@pytest.mark.parametrize(
    "verdict",
    [
        "spf=pass smtp.mailfrom=dmarc=pass@example.com; dmarc=fail",
        'spf=pass smtp.mailfrom="x; dmarc=pass"@example.com; dmarc=fail',
        "dmarc=fail (was; dmarc=pass)",
        "dmarc=passed",
    ],
)
def test_a_verdict_counts_only_where_the_server_writes_it(mailbox, served, verdict):  # noqa: F811
    served.clear()
    served[1] = mail("export@dms.example", verdict=verdict)
    assert list(MailboxTransport().files(mailbox)) == []
    served[2] = mail("export@dms.example", verdict="spf=pass (a (b) c); dmarc=pass (p=none) header.from=dms.example")
    assert [file.name for file in MailboxTransport().files(mailbox)] == ["teile.csv"]


def wrapped(kind: str) -> bytes:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "lieferant@example.net", "Preise"
    inner.set_content("Anbei.")
    inner.add_attachment(BODY, maintype="text", subtype="csv", filename="innen.csv")
    outer = EmailMessage()
    outer["Authentication-Results"], outer["From"] = "mx.example.org; dmarc=pass", "export@dms.example"
    outer["Message-ID"] = "<1@dms.example>"
    if kind == "forwarded":
        outer.set_content("Weitergeleitet.")
        outer.add_attachment(inner)
        return outer.as_bytes()
    del inner["From"], inner["Subject"]
    outer.set_type(kind)
    outer.set_boundary("grenze")
    text = EmailMessage()
    text.set_content("Anbei.")
    outer.set_payload([text, inner] if kind == "multipart/alternative" else [inner, text])
    return outer.as_bytes()


@pytest.mark.parametrize("kind", ["forwarded", "multipart/alternative", "multipart/signed", "multipart/mixed"])
def test_an_attachment_inside_another_mail_or_a_wrapping_is_found(mailbox, served, kind):  # noqa: F811
    served.clear()
    served[1] = wrapped(kind)
    (file,) = MailboxTransport().files(mailbox)
    assert (file.name, fetched(MailboxTransport(), mailbox, file)) == ("innen.csv", BODY)


def test_two_attachments_are_two_files_and_keep_their_place(mailbox, served):  # noqa: F811
    two = EmailMessage()
    two["Authentication-Results"], two["From"] = "mx.example.org; dmarc=pass", "export@dms.example"
    two.set_content("Anbei.")
    two.add_attachment(BODY, maintype="text", subtype="csv", filename="a.csv")
    two.add_attachment(BODY + b"2;3,00\r\n", maintype="text", subtype="csv", filename="b.csv")
    served.clear()
    served[1] = two.as_bytes()
    first, second = MailboxTransport().files(mailbox)
    assert [(file.key, file.name) for file in (first, second)] == [("77/1/0", "a.csv"), ("77/1/1", "b.csv")]
    assert fetched(MailboxTransport(), mailbox, second) == BODY + b"2;3,00\r\n"


@pytest.mark.parametrize("name", ["winmail.dat", "smime.p7m"])
def test_a_sealed_mail_is_told_and_keeps_no_other_from_coming(mailbox, served, name):  # noqa: F811
    served.clear()
    served.update({1: mail("export@dms.example", name=name), 2: mail("export@dms.example")})
    sealed, sound = MailboxTransport().files(mailbox)
    with translation.override("en"), pytest.raises(TransportFailed, match=rf"{name}.*move the mail"):
        fetched(MailboxTransport(), mailbox, sealed)
    assert fetched(MailboxTransport(), mailbox, sound) == BODY


@pytest.mark.parametrize("number", [b"<", b"<[", b"[x]@", b"<a@[>", b"", b"\xff"])
def test_a_broken_number_of_a_mail_hides_no_attachment(mailbox, served, number):  # noqa: F811
    body = mail("export@dms.example").split(b"\n")
    served.clear()
    served[1] = b"\n".join(b"Message-ID: " + number if line.startswith(b"Message-ID") else line for line in body)
    served[2] = mail("export@dms.example", name="b.csv")
    assert [file.name for file in MailboxTransport().files(mailbox)] == ["teile.csv", "b.csv"]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("INBOX", '"INBOX"'),
        ("Händler", '"H&AOQ-ndler"'),
        ("A&B", '"A&-B"'),
        ('x"\\', '"x\\"\\\\"'),
        ("日本", '"&ZeVnLA-"'),
    ],
)
def test_folders_are_named_as_imap_writes_them(name, written):
    assert folder_name(name) == written


def test_a_password_may_have_umlauts(mailbox, monkeypatch):  # noqa: F811
    monkeypatch.setenv("IMPORT_SECRET_MAIL", "Schlüssel")
    assert len(list(MailboxTransport().files(mailbox))) == 2
    monkeypatch.setenv("IMPORT_SECRET_MAIL", "Müller")
    with translation.override("en"), pytest.raises(TransportFailed, match="refuses the sign-in"):
        list(MailboxTransport().files(mailbox))


# -- folder ------------------------------------------------------------------------------------------------------


def test_capitals_in_names_matter_to_no_way(shelf, remote):  # noqa: F811
    rested(shelf / "GROSS.CSV")
    names = {file.name for file in FolderTransport().files({"folder": str(shelf), "pattern": "*.csv"})}
    assert "GROSS.CSV" in names
    assert "GROSS.CSV" in {file.name for file in SftpTransport().files(remote)}


def test_a_file_that_is_renamed_while_the_folder_is_read_keeps_no_other_from_coming(shelf, monkeypatch):  # noqa: F811
    rested(shelf / "a.csv")
    rested(shelf / "b.csv")
    here = Path.iterdir
    monkeypatch.setattr(Path, "is_file", lambda self: True)  # as if it went between the two looks
    monkeypatch.setattr(Path, "iterdir", lambda self: [*here(self), self / "weg.csv"])
    where = {"folder": str(shelf), "pattern": "*.csv"}
    assert [file.name for file in FolderTransport().files(where)] == ["a.csv", "b.csv"]


def test_a_folder_that_may_not_be_read_is_named(shelf, monkeypatch):  # noqa: F811
    def closed(self):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "iterdir", closed)
    with translation.override("en"), pytest.raises(TransportFailed, match="cannot be read"):
        FolderTransport().files({"folder": str(shelf), "pattern": "*.csv"})


# -- SFTP --------------------------------------------------------------------------------------------------------


def test_a_file_that_is_gone_is_named_and_the_server_is_not_blamed(remote):  # noqa: F811
    with translation.override("en"), pytest.raises(TriedAgain, match=r"weg\.csv cannot be read"):
        fetched(SftpTransport(), remote, RemoteFile("./weg.csv", "weg.csv", "x", 5))


def test_a_file_that_was_replaced_by_one_of_the_same_size_is_not_taken(remote, tmp_path):  # noqa: F811
    (file,) = [file for file in SftpTransport().files(remote) if file.name == "teile.csv"]
    rested(tmp_path / "teile.csv", BODY[::-1], age=30)
    with translation.override("en"), pytest.raises(TriedAgain, match="changed while it was read"):
        fetched(SftpTransport(), remote, file)


def test_a_file_that_vanishes_between_two_looks_keeps_no_other_from_coming(remote, tmp_path, monkeypatch):  # noqa: F811
    rested(tmp_path / "kurz.csv")
    look = sftp._files

    def looking(session, settings):
        yield from list(look(session, settings))
        (tmp_path / "kurz.csv").unlink()

    monkeypatch.setattr(sftp, "_files", looking)
    assert {file.name for file in SftpTransport().files(remote)} == {"teile.csv", "teile2.csv"}


def test_a_server_that_falls_silent_is_given_up(tmp_path, remote, monkeypatch):  # noqa: F811
    monkeypatch.setattr(sftp, "TIMEOUT", 2)
    silence = threading.Event()
    with sftp_server(tmp_path, silence=silence) as server:
        where = {**remote, "port": server.port, "host_key": server.host_key}
        with translation.override("en"), pytest.raises(TriedAgain, match="cannot be reached"):
            SftpTransport().files(where)
        silence.set()


# -- web ---------------------------------------------------------------------------------------------------------


class Leading(BaseHTTPRequestHandler):
    seen: list[dict[str, str]] = []
    target = ""

    def do_GET(self) -> None:
        self.seen.append({name.lower(): value for name, value in self.headers.items()})
        self.send_response(302 if self.path == "/moved" else 200)
        if self.path == "/moved":
            self.send_header("Location", self.target)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def web(settings) -> Iterator[str]:
    settings.SHOPFLOW_IMPORT_PRIVATE_HOSTS = ["127.0.0.1", "localhost"]
    Leading.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Leading) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("header", ["Authorization", "X-Api-Key"])
@pytest.mark.parametrize(("host", "kept"), [("127.0.0.1", True), ("localhost", False)])
def test_a_secret_follows_to_the_same_host_only_whatever_its_header(web, header, host, kept):
    Leading.target = f"http://{web.replace('127.0.0.1', host)}/there"
    with open_address(f"http://{web}/moved", headers={header: "geheim", "User-Agent": "shopflow-import"}):
        pass
    first, second = Leading.seen
    assert (first[header.lower()], second.get(header.lower()) == "geheim") == ("geheim", kept)
    assert second["user-agent"] == "shopflow-import"


def test_a_secret_never_leaves_encryption():
    from urllib.request import Request

    from dealer_import.transports.web import _Redirects

    def followed(old: str, new: str) -> bool:
        asked = Request(old, headers={"Authorization": "Basic x"})
        return _Redirects().redirect_request(asked, None, 302, "", {}, new).has_header("Authorization")

    assert followed("https://dms.example/a", "https://dms.example/b") is True
    assert followed("http://dms.example/a", "https://dms.example/b") is True
    assert followed("https://dms.example/a", "http://dms.example/b") is False
    assert followed("https://dms.example/a", "https://dms.example:8443/b") is False
