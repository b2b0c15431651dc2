"""Ways for files to come in: each against a real server on loopback."""

from __future__ import annotations

import errno
import io
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import translation

from dealer_import.transports.folder import FolderForm, FolderTransport
from dealer_import.transports.mailbox import MailboxForm, MailboxTransport
from dealer_import.transports.secrets import secret
from dealer_import.transports.sftp import SftpForm, SftpTransport
from dealer_import.transports.web import WebTransport, public_address
from shopflow.contracts.transports import TransportFailed
from tests.services.imap_server import imap_server
from tests.services.sftp_server import sftp_server

BODY = b"Teile-Nr;Preis\r\n1;2,50\r\n"


def fetched(transport, settings, file) -> bytes:
    target = io.BytesIO()
    transport.fetch(settings, file, target)
    return target.getvalue()


# -- folder ------------------------------------------------------------------------------------------------------


@pytest.fixture
def shelf(tmp_path, settings):
    settings.SHOPFLOW_IMPORT_FOLDERS = [str(tmp_path)]
    return tmp_path


def rested(path, content: bytes = BODY, age: int = 60):
    path.write_bytes(content)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def test_a_folder_gives_what_has_come_to_rest_oldest_first(shelf):
    rested(shelf / "b.csv", age=100)
    rested(shelf / "a.csv", age=50)
    (shelf / "growing.csv").write_bytes(b"Teile-")
    rested(shelf / "c.csv.part")
    rested(shelf / "c.csv", age=40)
    rested(shelf / "other.txt")
    (shelf / "link.csv").symlink_to(shelf / "a.csv")
    where = {"folder": str(shelf), "pattern": "*.csv"}
    files = FolderTransport().files(where)
    assert [(f.name, f.settled) for f in files] == [
        ("b.csv", True),
        ("a.csv", True),
        ("c.csv", False),
        ("growing.csv", False),
    ]
    assert fetched(FolderTransport(), where, files[0]) == BODY


def test_a_folder_can_wait_for_a_mark(shelf):
    (shelf / "a.csv").write_bytes(BODY)
    where = {"folder": str(shelf), "pattern": "*.csv", "needs_mark": True}
    assert [f.settled for f in FolderTransport().files(where)] == [False]
    (shelf / "a.csv.ok").touch()
    assert [f.settled for f in FolderTransport().files(where)] == [True]


def test_a_file_that_changes_while_it_is_read_is_not_taken(shelf):
    rested(shelf / "a.csv")
    where = {"folder": str(shelf), "pattern": "*.csv"}
    (file,) = FolderTransport().files(where)
    (shelf / "a.csv").write_bytes(BODY + b"3;4,00\r\n")
    with pytest.raises(TransportFailed, match=r"a\.csv"):
        fetched(FolderTransport(), where, file)


@pytest.mark.parametrize("name", ["/etc", "{root}/../..", "/proc/self"])
def test_folders_elsewhere_are_refused(shelf, name):
    form = FolderForm({"folder": name.format(root=shelf), "pattern": "*"})
    assert "SHOPFLOW_IMPORT_FOLDERS" in form.errors["folder"][0]
    with pytest.raises(TransportFailed):
        FolderTransport().files({"folder": "/etc", "pattern": "*"})


def test_names_cannot_lead_out_of_the_folder(shelf, tmp_path_factory):
    from shopflow.contracts.transports import RemoteFile

    outside = tmp_path_factory.mktemp("outside") / "x.csv"
    outside.write_bytes(b"secret")
    stolen = RemoteFile(f"../{outside.parent.name}/x.csv", "x.csv")
    with pytest.raises(TransportFailed):
        fetched(FolderTransport(), {"folder": str(shelf), "pattern": "*"}, stolen)


# -- secrets and addresses ---------------------------------------------------------------------------------------


def test_only_variables_that_are_meant_for_it_are_read(monkeypatch, tmp_path):
    monkeypatch.setenv("IMPORT_SECRET_DMS", "geheim")
    assert secret("IMPORT_SECRET_DMS") == "geheim"
    (tmp_path / "key").write_text("aus der Datei\n")
    monkeypatch.setenv("IMPORT_SECRET_B_FILE", str(tmp_path / "key"))
    assert secret("IMPORT_SECRET_B") == "aus der Datei"
    for name in ("SECRET_KEY", "IMPORT_SECRET_MISSING", "IMPORT_SECRET_x", ""):
        with pytest.raises(TransportFailed):
            secret(name)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "169.254.169.254", "10.1.2.3", "192.168.0.1"])
def test_private_addresses_are_refused_unless_they_are_named(host, settings):
    with pytest.raises(TransportFailed, match="SHOPFLOW_IMPORT_PRIVATE_HOSTS"):
        public_address(host, 80)
    settings.SHOPFLOW_IMPORT_PRIVATE_HOSTS = [host]
    assert public_address(host, 80)[1] == 80


# -- web ---------------------------------------------------------------------------------------------------------


class Answers(BaseHTTPRequestHandler):
    log: list[tuple[str, str, str]] = []
    headers_sent: dict[str, str] = {}
    location = ""
    cut = False

    def do_HEAD(self) -> None:
        self.answer(with_body=False)

    def do_GET(self) -> None:
        self.answer(with_body=True)

    def answer(self, *, with_body: bool) -> None:
        self.log.append((self.command, self.path, self.headers.get("Authorization", "")))
        if self.location and self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", self.location)
            self.end_headers()
            return
        if self.path == "/missing":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("ETag", '"v1"')
        self.send_header("Content-Length", str(len(BODY) + (5 if self.cut else 0)))
        self.end_headers()
        if with_body:
            self.wfile.write(BODY)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def web(settings) -> Iterator[str]:
    settings.SHOPFLOW_IMPORT_PRIVATE_HOSTS = ["127.0.0.1"]
    Answers.log, Answers.location, Answers.cut = [], "", False
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_an_address_is_fetched_and_known_by_its_etag(web, monkeypatch):
    monkeypatch.setenv("IMPORT_SECRET_WEB", "geheim")
    where = {"url": f"{web}/export/teile%20neu.csv", "user": "dms", "password_variable": "IMPORT_SECRET_WEB"}
    (file,) = WebTransport().files(where)
    assert (file.name, file.fingerprint, file.size) == ("teile neu.csv", f'"v1"-{len(BODY)}', len(BODY))
    assert fetched(WebTransport(), where, file) == BODY
    assert [entry[0] for entry in Answers.log] == ["HEAD", "GET"]
    assert {entry[2] for entry in Answers.log} == {"Basic ZG1zOmdlaGVpbQ=="}


def test_a_redirect_into_the_private_network_is_refused(web):
    Answers.location = web.replace("127.0.0.1", "localhost") + "/teile.csv"
    with pytest.raises(TransportFailed, match="private network"):
        WebTransport().files({"url": f"{web}/moved"})
    Answers.location = "file:///etc/passwd"
    with pytest.raises(TransportFailed):
        WebTransport().files({"url": f"{web}/moved"})


def test_half_a_download_and_an_error_page_are_not_taken(web):
    Answers.cut = True
    where = {"url": f"{web}/teile.csv"}
    (file,) = WebTransport().files(where)
    with pytest.raises(TransportFailed):
        fetched(WebTransport(), where, file)
    with pytest.raises(TransportFailed, match="404"):
        WebTransport().files({"url": f"{web}/missing"})


class Odd(Answers):
    """Servers as they are met: each path is one of their habits."""

    protocol_version = "HTTP/1.1"

    def answer(self, *, with_body: bool) -> None:
        self.close_connection = True
        if self.path in ("/403", "/405", "/501") and not with_body:
            self.send_error(int(self.path[1:]))
            return
        if self.path == "/no-http":
            self.wfile.write(b"220 ftp.example.org\r\n")
            return
        self.send_response(200)
        if self.path == "/pieces":
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", "viel" if self.path == "/length" else str(len(BODY)))
        self.end_headers()
        if with_body and self.path == "/slow":
            time.sleep(0.4)
        if with_body:
            self.wfile.write(b"400\r\n" + BODY[:3] if self.path == "/pieces" else BODY)


@pytest.fixture
def odd(settings, monkeypatch) -> Iterator[str]:
    settings.SHOPFLOW_IMPORT_PRIVATE_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr("dealer_import.transports.web.TIMEOUT", 0.2)
    with ThreadingHTTPServer(("127.0.0.1", 0), Odd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("path", ["403", "405", "501", "length"])
def test_servers_that_do_not_tell_of_a_file_first_still_give_it(odd, path):
    (file,) = WebTransport().files({"url": f"{odd}/{path}"})
    assert (file.name, file.fingerprint, file.size) == (path, "", None)
    assert fetched(WebTransport(), {"url": f"{odd}/{path}"}, file) == BODY


@pytest.mark.parametrize("path", ["pieces", "slow"])
def test_an_answer_that_is_cut_or_too_slow_is_told_in_a_sentence(odd, path):
    (file,) = WebTransport().files({"url": f"{odd}/{path}"})
    with pytest.raises(TransportFailed, match="The connection broke off; it is tried again"):
        fetched(WebTransport(), {"url": f"{odd}/{path}"}, file)


def test_what_answers_wrongly_is_told_from_what_does_not_answer(odd):
    with pytest.raises(TransportFailed, match="does not speak the language of the web"):
        WebTransport().files({"url": f"{odd}/no-http"})
    with pytest.raises(TransportFailed, match="does not speak the language of the web"):
        WebTransport().files({"url": odd.replace("http:", "https:")})
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(TransportFailed, match=r"cannot be reached: [A-Z][a-z ]+\Z"):
        WebTransport().files({"url": f"http://127.0.0.1:{port}/"})


def test_a_certificate_that_does_not_hold_is_named(settings, monkeypatch):
    settings.SHOPFLOW_IMPORT_PRIVATE_HOSTS = ["127.0.0.1"]
    unsound = ssl.SSLCertVerificationError(1, "verify failed")
    unsound.verify_message = "certificate has expired"

    def connect(self):
        raise unsound

    monkeypatch.setattr("dealer_import.transports.web._SecureConnection.connect", connect)
    with pytest.raises(TransportFailed, match=r"The certificate of 127.0.0.1 does not hold: certificate has expired\."):
        WebTransport().files({"url": "https://127.0.0.1/teile.csv"})


def test_a_full_disk_is_not_taken_for_a_broken_connection(odd):
    class Full(io.BytesIO):
        def write(self, data):
            raise OSError(errno.ENOSPC, "No space left on device")

    (file,) = WebTransport().files({"url": f"{odd}/405"})
    with pytest.raises(TransportFailed, match=r"cannot keep the file \(No space left on device\)"):
        WebTransport().fetch({"url": f"{odd}/405"}, file, Full())


# -- SFTP --------------------------------------------------------------------------------------------------------


@pytest.fixture
def remote(tmp_path, settings, monkeypatch):
    settings.SHOPFLOW_IMPORT_PRIVATE_HOSTS = ["127.0.0.1"]
    monkeypatch.setenv("IMPORT_SECRET_SFTP", "geheim")
    rested(tmp_path / "teile.csv")
    rested(tmp_path / "teile2.csv.part")
    rested(tmp_path / "teile2.csv")
    with sftp_server(tmp_path) as server:
        yield {
            "host": "127.0.0.1",
            "port": server.port,
            "user": "dms",
            "host_key": server.host_key,
            "password_variable": "IMPORT_SECRET_SFTP",
            "folder": ".",
            "pattern": "*.csv",
        }


def test_sftp_gives_whole_files_of_the_pinned_server(remote, tmp_path):
    assert SftpForm(remote).is_valid()
    rested(tmp_path / "fresh.csv", age=0)
    rested(tmp_path / "ahead.csv", age=-9000)
    files = SftpTransport().files(remote)
    assert sorted((f.name, f.settled) for f in files) == [
        ("ahead.csv", True),
        ("fresh.csv", False),
        ("teile.csv", True),
        ("teile2.csv", False),
    ]
    file = next(f for f in files if f.settled)
    assert fetched(SftpTransport(), remote, file) == BODY


def test_another_host_key_and_a_wrong_password_end_the_connection(remote, monkeypatch):
    other = {**remote, "host_key": "SHA256:" + "A" * 43}
    with translation.override("en"), pytest.raises(TransportFailed, match=remote["host_key"].replace("+", r"\+")):
        SftpTransport().files(other)
    monkeypatch.setenv("IMPORT_SECRET_SFTP", "falsch")
    with translation.override("en"), pytest.raises(TransportFailed, match="refuses"):
        SftpTransport().files(remote)
    assert "host_key" in SftpForm({**remote, "host_key": "yes"}).errors


def test_a_folder_that_the_server_does_not_have_is_named(remote):
    with pytest.raises(TransportFailed, match="There is no folder weg"):
        SftpTransport().files({**remote, "folder": "weg"})


# -- mailbox -----------------------------------------------------------------------------------------------------


def mail(sender: str, *, verdict: str = "dmarc=pass", name: str = "teile.csv", forged: str = "") -> bytes:
    message = EmailMessage()
    if verdict:
        message["Authentication-Results"] = f"mx.example.org; {verdict}"
    if forged:
        message["Authentication-Results"] = forged
    message["From"], message["To"], message["Subject"] = sender, "import@example.org", "Export"
    message["Message-ID"] = f"<{sender}-{name}@example.org>"
    message.set_content("Anbei.")
    message.add_attachment(BODY, maintype="text", subtype="csv", filename=name)
    message.add_attachment(b"logo", maintype="image", subtype="png", filename="logo.png")
    return message.as_bytes()


@pytest.fixture
def served():
    """The messages of the mailbox by their number."""
    return {
        3: mail("DMS <export@dms.example>"),
        4: mail("Fremder <wer@example.com>"),
        5: mail("export@dms.example", verdict="dmarc=fail"),
        6: mail("export@dms.example", verdict="dmarc=fail", forged="mx.example.org; dmarc=pass"),
        7: mail('"export@dms.example" <wer@example.com>'),
        9: mail("export@dms.example", name="TEILE-2.CSV"),
    }


@pytest.fixture
def mailbox(settings, monkeypatch, served):
    settings.SHOPFLOW_IMPORT_PRIVATE_HOSTS = ["127.0.0.1"]
    monkeypatch.setenv("IMPORT_SECRET_MAIL", "geheim")
    with imap_server(served) as port:
        yield {
            "host": "127.0.0.1",
            "port": port,
            "user": "import",
            "password_variable": "IMPORT_SECRET_MAIL",
            "folder": "INBOX",
            "senders": ["export@dms.example"],
            "pattern": "*.csv",
            "needs_authentication": True,
            "plain": True,
        }


def test_only_listed_and_verified_senders_are_heard(mailbox):
    transport = MailboxTransport()
    files = list(transport.files(mailbox))
    assert [(f.key, f.name) for f in files] == [("77/3/0", "teile.csv"), ("77/9/0", "TEILE-2.CSV")]
    assert fetched(transport, mailbox, files[0]) == BODY
    assert len(list(transport.files({**mailbox, "needs_authentication": False}))) == 4


@pytest.mark.parametrize("sender", [b"<", b'"', b"a@[", b":8*_,ta<\tt;*>%", b"\xff <export@dms.example", b""])
def test_a_broken_mail_of_anybody_hides_no_other(mailbox, served, sender):
    served[99] = b"From: " + sender + b"\nAuthentication-Results: mx; dmarc=pass\n\nHallo"
    assert [f.name for f in MailboxTransport().files(mailbox)] == ["teile.csv", "TEILE-2.CSV"]


def test_a_flood_of_mails_pushes_no_delivery_out_and_a_mail_may_be_its_own_attachment(mailbox, served):
    served.update({100 + number: mail("wer@example.com") for number in range(60)})
    alone = EmailMessage()
    alone["Authentication-Results"], alone["From"] = "mx.example.org; dmarc=pass", "export@dms.example"
    alone.set_content(BODY, maintype="text", subtype="csv", filename="allein.csv")
    served[90] = alone.as_bytes()
    files = list(MailboxTransport().files(mailbox))
    assert [f.name for f in files] == ["teile.csv", "TEILE-2.CSV", "allein.csv"]
    assert fetched(MailboxTransport(), mailbox, files[2]) == BODY
    del served[90]
    with pytest.raises(TransportFailed, match=r"allein\.csv"):
        fetched(MailboxTransport(), mailbox, files[2])


def test_a_mailbox_that_refuses_says_so(mailbox, monkeypatch):
    monkeypatch.setenv("IMPORT_SECRET_MAIL", "falsch")
    with pytest.raises(TransportFailed, match="refuses the sign-in"):
        list(MailboxTransport().files(mailbox))
    form = MailboxForm({**mailbox, "senders": "export@dms.example\nkein Absender"})
    assert "senders" in form.errors
