"""Deliveries by HTTP that go wrong: servers that answer with something else, senders that break off, dead processes."""

from __future__ import annotations

import io
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest.mock import Mock

import pytest
from django import forms
from django.core.files.storage import storages
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dealer_import import services
from dealer_import.files import keep_stream
from dealer_import.models import ImportOrigin, ImportRun, ReceivedFile
from dealer_import.transports.json_api import JsonApiTransport
from dealer_import.transports.limits import BrokenOff, TriedAgain
from dealer_import.transports.web import WebTransport
from shopflow.contracts.transports import ImportTransport, RemoteFile, TransportFailed, import_transports
from shopflow.core import clock
from shopflow.core.signing import Signature
from tests.dealer_import.fetching import BODY, fetched

SECRET = "a-secret-of-more-than-24-characters"
ITEM = b',{"no": "' + b"x" * 1000 + b'"}'
PAGE = b'{"items": [{"no": "1"}]}'


class Unusual(BaseHTTPRequestHandler):
    """Each path is one habit."""

    def log_message(self, *args: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.send_error(405)

    def do_GET(self) -> None:
        name = self.path.strip("/").split("?")[0]
        if name.isdecimal():
            self.answer(b"" if name == "304" else BODY[:9], int(name), **{"Retry-After": "120"})
        elif name.startswith("to-"):
            self.answer(b"", 302, Location={"to-v6": "http://[::1/x", "to-umlaut": "/t\xc3\xa4"}[name])
        elif name == "next-v6":
            self.answer(PAGE, 200, Link='<http://[::1/x>; rel="next"')
        elif name == "endless":
            self.answer(PAGE, 200, Link=f'<{self.path}1>; rel="next"')
        elif name == "large":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"items": [1')
            for _time in range(100):
                self.wfile.write(ITEM * 100)
            self.wfile.write(b"]}")
        elif name == "drip":
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                for _time in range(50):
                    self.wfile.write(b" ")
                    time.sleep(0.1)
        else:
            self.answer(BODY, 200)

    def answer(self, body: bytes, status: int, **headers: str) -> None:
        self.send_response(status)
        for header, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def web(settings) -> Iterator[str]:
    settings.SHOPFLOW_IMPORT_PRIVATE_HOSTS = ["127.0.0.1"]
    with ThreadingHTTPServer(("127.0.0.1", 0), Unusual) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def by_both_ways(url: str) -> list[TransportFailed]:
    told = []
    for transport in (WebTransport(), JsonApiTransport()):
        with pytest.raises(TransportFailed) as failed:
            fetched(transport, {"url": url, "items": "items"}, RemoteFile(url, "x"))
        told.append(failed.value)
    return told


@pytest.mark.parametrize("status", [202, 204, 206])
def test_an_answer_that_is_not_the_whole_file_is_not_taken(web, status):
    told = f"The server answers {status}, which is not the whole file. It was not taken."
    assert [str(error) for error in by_both_ways(f"{web}/{status}")] == [told, told]


def test_nothing_has_changed_is_no_answer_to_somebody_who_has_nothing(web):
    assert {str(error) for error in by_both_ways(f"{web}/304")} == {"The server answers 304. Check address and access."}


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_says_when_it_may_be_asked_again(web, status):
    for error in by_both_ways(f"{web}/{status}"):
        assert isinstance(error, TriedAgain)
        assert (error.seconds, "tried again later" in str(error)) == (120, True)


def test_addresses_may_have_umlauts_and_bad_ones_are_told(web):
    for path in ("händler/ä b.csv?q=ü", "to-umlaut"):
        assert fetched(WebTransport(), {"url": f"{web}/{path}"}, RemoteFile("x", "x")) == BODY
    assert {"not written as addresses are" in str(error) for error in by_both_ways(f"{web}/to-v6")} == {True}
    with pytest.raises(TransportFailed, match="not written as addresses are"):
        fetched(JsonApiTransport(), {"url": web, "items": "items"}, RemoteFile(f"{web}/next-v6", "x"))


def test_a_server_that_drips_or_never_ends_is_given_up(web, monkeypatch):
    monkeypatch.setattr("dealer_import.transports.web.FETCH_SECONDS", 0.5)
    begun = time.monotonic()
    assert {"so slow that the file had not come" in str(error) for error in by_both_ways(f"{web}/drip")} == {True}
    with pytest.raises(TransportFailed, match="so slow"):
        fetched(JsonApiTransport(), {"url": web, "items": "items"}, RemoteFile(f"{web}/endless?1", "x"))
    assert time.monotonic() - begun < 4


def test_a_page_of_an_interface_does_not_lie_in_memory(web, tmp_path):
    with (tmp_path / "pages").open("wb") as target:
        tracemalloc.start()
        try:
            JsonApiTransport().fetch({"url": web, "items": "items"}, RemoteFile(f"{web}/large", "x"), target)
            _now, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert (tmp_path / "pages").stat().st_size > 10_000_000
    assert peak < 4_000_000


# -- the schedule ------------------------------------------------------------------------------------------------


class Shelf(ImportTransport):
    """A way whose other end the test holds: it does what ``act`` does."""

    code, label, form_class = "shelf", "Shelf", forms.Form
    settled = True
    act = staticmethod(lambda: None)

    def files(self, settings):
        self.act()
        return [RemoteFile("a.csv", "a.csv", "1", settled=self.settled)]

    def fetch(self, settings, file, target):
        target.write(BODY)


@pytest.fixture
def shelf():
    Shelf.act = staticmethod(lambda: None)
    with import_transports.registered(Shelf):
        yield Shelf


def scheduled(**fields) -> ImportOrigin:
    """An origin of the shelf whose time has come."""
    origin = ImportOrigin(name="Nacht", profile="sample_csv", transport="shelf", **fields)
    services.save_origin(origin=origin, actor=None)
    ImportOrigin.objects.filter(pk=origin.pk).update(due_at=clock.now())
    return origin


def minutes_until_due(origin: ImportOrigin) -> int:
    origin.refresh_from_db()
    return round((origin.due_at - clock.now()) / timedelta(minutes=1))


def yesterday() -> dict:
    """Daily at a time that is just over."""
    return {"at_time": timezone.localtime(clock.now() - timedelta(minutes=5)).time()}


def raising(error: Exception):
    return staticmethod(Mock(side_effect=error))


@pytest.mark.django_db
def test_nobody_looks_twice_at_once_however_long_it_takes(shelf):
    origin, during = scheduled(every_minutes=5), []

    def look_again():
        clock.move_forward(timedelta(minutes=90))
        during.append(services.look_at_due_origins())

    shelf.act = staticmethod(look_again)
    assert (services.look_at_due_origins(), during) == (1, [0])
    assert (minutes_until_due(origin), ReceivedFile.objects.count()) == (5, 1)


@pytest.mark.django_db
def test_a_look_whose_process_died_is_done_again_and_not_only_tomorrow(shelf):
    origin = scheduled(**yesterday())
    shelf.act = raising(SystemExit())  # nothing behind it is done, as after a kill
    with pytest.raises(SystemExit):
        services.look_at_due_origins()
    assert minutes_until_due(origin) == 120
    shelf.act = staticmethod(lambda: None)
    clock.move_forward(timedelta(minutes=121))
    assert (services.look_at_due_origins(), ReceivedFile.objects.count()) == (1, 1)
    assert 20 * 60 < minutes_until_due(origin) < 24 * 60


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "minutes"),
    [
        (BrokenOff(), 15),
        (TriedAgain("busy", 3600), 60),
        (TriedAgain("busy", 10**9), 24 * 60),
        (TriedAgain("busy", 1), 1),
        (TransportFailed("wrong password"), 24 * 60 - 5),
    ],
)
def test_what_was_only_out_of_order_is_asked_again_before_tomorrow(shelf, error, minutes):
    origin = scheduled(**yesterday())
    shelf.act = raising(error)
    assert services.look_at_due_origins() == 1
    assert minutes_until_due(origin) == minutes
    assert origin.last_error == str(error)


@pytest.mark.django_db
def test_a_file_that_still_grows_is_not_left_until_tomorrow(shelf, monkeypatch):
    monkeypatch.setattr(Shelf, "settled", False)
    origin = scheduled(**yesterday())
    for _time in range(6):
        services.look_at_due_origins()
        assert (minutes_until_due(origin), origin.last_error, ReceivedFile.objects.count()) == (15, "", 0)
        clock.move_forward(timedelta(minutes=15, seconds=1))
    monkeypatch.setattr(Shelf, "settled", True)
    services.look_at_due_origins()
    assert ReceivedFile.objects.count() == 1
    assert minutes_until_due(origin) > 20 * 60


@pytest.mark.django_db
def test_a_server_that_is_gone_for_good_is_not_asked_all_day(shelf):
    origin = scheduled(**yesterday())
    shelf.act = raising(BrokenOff())
    waits = []
    for _time in range(5):
        services.look_at_due_origins()
        waits.append(minutes_until_due(origin))
        clock.move_forward(timedelta(minutes=15, seconds=1))
    assert waits[:4] == [15] * 4
    assert waits[4] > 20 * 60


# -- pushed ------------------------------------------------------------------------------------------------------


@pytest.fixture
def door(db, monkeypatch):
    monkeypatch.setenv("IMPORT_SECRET_DEALER", SECRET)
    values = {"name": "Anlieferung", "profile": "sample_csv", "transport": "push", "created_at": timezone.now()}
    return ImportOrigin.objects.create(**values, settings={"secret_variable": "IMPORT_SECRET_DEALER", "max_mb": 1})


def send(origin: ImportOrigin, body: bytes = BODY, *, name: str = "teile.csv", **extra):
    stamp = str(int(time.time()))
    signature = Signature(SECRET, stamp)
    signature.update(body)
    told = {"X-Timestamp": stamp, "X-Signature": signature.header(), "X-Filename": name}
    address = reverse("dealer-import:deliver", args=[origin.pk])
    return Client().post(address, body, content_type="text/csv", headers=told, **extra)


def kept() -> list[str]:
    folder = Path(storages["private"].path("imports"))
    return sorted(path.name for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


def test_a_delivery_in_pieces_is_told_to_name_its_length(door):
    answer = send(door, CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked")
    assert (answer.status_code, answer.json()["error"]) == (411, "length")


def test_half_a_delivery_is_not_called_a_wrong_signature(door):
    answer = send(door, CONTENT_LENGTH=str(len(BODY) + 5), **{"wsgi.input": io.BytesIO(BODY)})
    assert (answer.status_code, answer.json()["error"]) == (400, "incomplete")
    assert ReceivedFile.objects.count() == 0


@pytest.mark.parametrize("name", ["..", ".", "???", "/", "../../teile.csv", "ü" * 400 + ".csv"])
def test_any_name_of_a_file_will_do(door, name):
    assert send(door, name=name.encode().decode("latin-1")).status_code == 202
    stored = ReceivedFile.objects.get().stored_file
    assert len(Path(stored).name.encode()) <= 200
    assert storages["private"].open(stored).read() == BODY


def test_the_end_of_a_long_name_is_kept():
    stored = keep_stream(io.BytesIO(BODY), name="ü" * 125 + "-teile.csv")
    assert stored.endswith("ü-teile.csv")
    assert len(stored) < 255


def test_a_database_that_is_busy_is_told_and_leaves_no_file(door, monkeypatch):
    before = kept()
    for place in (
        "dealer_import.services.receiving.ReceivedFile.objects.create",
        "dealer_import.services.records.create_run",
    ):
        with monkeypatch.context() as busy:
            busy.setattr(place, Mock(side_effect=OperationalError("database is locked")))
            answer = send(door)
        assert (answer.status_code, answer.json()["error"]) == (503, "busy")
        assert (kept(), ReceivedFile.objects.count()) == (before, 0)
    assert send(door).status_code == 202
    assert ImportRun.objects.count() == 1


def test_a_full_disk_leaves_no_half_of_a_file(door, monkeypatch):
    class Full(io.BytesIO):
        def read(self, *size):
            raise OSError(28, "No space left on device")

    before = kept()
    with pytest.raises(OSError, match="No space"):
        keep_stream(Full(BODY), name="a.csv")
    assert kept() == before
