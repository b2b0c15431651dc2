"""Files from web servers, sound and odd ones on loopback."""

from __future__ import annotations

import errno
import io
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dealer_import.transports.web import WebTransport, public_address
from shopflow.contracts.transports import TransportFailed
from tests.dealer_import.fetching import BODY, fetched


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "169.254.169.254", "10.1.2.3", "192.168.0.1"])
def test_private_addresses_are_refused_unless_they_are_named(host, settings):
    with pytest.raises(TransportFailed, match="SHOPFLOW_IMPORT_PRIVATE_HOSTS"):
        public_address(host, 80)
    settings.SHOPFLOW_IMPORT_PRIVATE_HOSTS = [host]
    assert public_address(host, 80)[1] == 80


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
