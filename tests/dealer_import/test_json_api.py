"""JSON: as a file, pulled from an interface page by page, and pushed with a signature."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from dealer_import import services
from dealer_import.models import ImportOrigin, ImportRun, ReceivedFile
from dealer_import.profiles import resolve_profile
from dealer_import.services.receiving import look_at_origin
from dealer_import.sources.json_api import JsonSource
from dealer_import.transports.json_api import JsonApiForm, JsonApiTransport
from shopflow.contracts.imports import FileRefused, RawRecord, RecordProblem
from shopflow.contracts.testing import check_import_source
from shopflow.contracts.transports import RemoteFile, TransportFailed
from shopflow.core.signing import WINDOW_SECONDS, Signature, is_recent
from shopflow.parts.models import PartRecord

TOML = """
[supplier]
format = "json"
mode = "delta"

[supplier.columns]
number = { from = "no", required = true }
brand = { from = "brand", required = true }
title = { from = "name", required = true }
list_price = { from = "price.net", required = true, type = "money" }
"""
COLUMNS = {
    "number": {"from": "no", "required": True},
    "brand": {"from": "brand", "required": True},
    "title": {"from": "name", "required": True},
    "list_price": {"from": "price.net", "required": True, "type": "money"},
}
PROFILE = resolve_profile("supplier", {"supplier": {"format": "json", "columns": COLUMNS}})


def part(number: str, net: str = "12.50") -> str:
    return f'{{"no": "{number}", "brand": "Filtrax", "name": "Filter", "price": {{"net": {net}}}}}'


def read(text: str | bytes, **options) -> list:
    data = text.encode() if isinstance(text, str) else text
    return list(JsonSource().records(io.BytesIO(data), {**PROFILE.options, **options}))


def inspected(text: str | bytes, **options) -> list:
    """The records of a file that was looked at before, as an import does."""
    data = text.encode() if isinstance(text, str) else text
    JsonSource().inspect(io.BytesIO(data), {**PROFILE.options, **options})
    return read(data, **options)


def refused(text: str | bytes, **options) -> str:
    with pytest.raises(FileRefused) as told:
        inspected(text, **options)
    assert told.value.hint
    return told.value.reason


# -- as a file ---------------------------------------------------------------------------------------------------

SHAPES = {
    "array": "[\n{a},\n{b}\n]",
    "lines": "{a}\n{b}\n",
    "wrapped": '{{"count": 2, "items": [\n{a},\n{b}], "page": 1}}',
    "wrapped before": '{{"items": [{a},{b}], "count": 2}}',
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_every_shape_gives_the_same_records(shape):
    records = read(shape.format(a=part("A1"), b=part("B1", "0.10")))
    assert [(r.fields["no"], r.fields["price.net"]) for r in records] == [("A1", "12.50"), ("B1", "0.10")]
    assert [json.loads(record.raw)["no"] for record in records] == ["A1", "B1"]
    assert records == sorted(records, key=lambda record: record.line)


def test_numbers_stay_the_texts_they_are_and_values_are_named_by_their_place():
    text = '{"no": 12345678901234567890, "brand": null, "name": true, "price": {"net": 1E3}, "stock": '
    text += '[{"at": 1, "n": -0.5}, {"at": 2, "n": 3}], "tags": ["a", 2], "deleted": true}'
    (record,) = read(text)
    assert record.fields["no"] == "12345678901234567890"
    assert (record.fields["brand"], record.fields["name"], record.fields["price.net"]) == ("", "true", "1E3")
    assert (record.fields["stock.0.n"], record.fields["stock.1.at"], record.fields["tags"]) == ("-0.5", "2", "a\x1f2")
    assert record.gone is True


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty_file"),
        (" \n ", "empty_file"),
        ("[]", "no_records"),
        ('{"items": []}', "no_records"),
        ("<html>Login</html>", "not_a_table"),
        ("no;price\n1;2", "not_a_table"),
        ("[" + part("A") + ", oops]", "not_a_table"),
        ("[" + part("A") + "] trailing", "not_a_table"),
        ("[" + part("A") + ",", "incomplete_file"),
        ("[" + part("A"), "incomplete_file"),
        (("[" + part("A"))[:-9], "incomplete_file"),
        ('[{"no": "A", "price": {"net": 1.', "incomplete_file"),
        ('[{"no": "A", "name": "M\\u00', "incomplete_file"),
        (part("A") + '\n{"no": tru', "incomplete_file"),
        ('[{"no": "A"}, ]', "not_a_table"),
        ('{"error": "unauthorised"}', "missing_column"),
        ('{"data": []}', "missing_column"),
        ("null", "missing_column"),
        ('{"items": [' + part("A") + '], "count": 2}', "control_total"),
        ("[" * 100_000, "not_a_table"),
        ('[{"no": NaN}]', "not_a_table"),
        (part("A").encode() + b'\n{"no": "M\xfcller"}', "encoding"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(text, reason):
    assert refused(text) == reason


def test_an_entry_that_is_no_object_costs_one_record():
    records = read(f"[{part('A')}, 7, {part('B')}]")
    assert [isinstance(record, RecordProblem) for record in records] == [False, True, False]
    assert records[1].code == "columns"
    (problem,) = inspected('[{"no": "a\\u0000b"}]')
    assert problem.code == "nul"


def test_many_records_and_halves_of_characters():
    records = read("[" + ",".join(part(f"A{n}") for n in range(5000)) + "]")
    assert [record.fields["no"] for record in records] == [f"A{n}" for n in range(5000)]
    (record,) = read('{"no": "\\ud800"}')
    assert record.fields["no"] == "?"


def test_the_file_says_when_it_was_made_and_what_it_covers():
    text = '{"generated_at": "2026-11-21T05:30:00+01:00", "mode": "stock", "items": [' + part("A") + "]}"
    evidence = JsonSource().inspect(io.BytesIO(text.encode()), PROFILE.options)
    assert (evidence.mode, evidence.columns) == ("stock", ("no", "brand", "name", "price.net"))
    assert evidence.stamp is not None
    assert evidence.stamp.isoformat() == "2026-11-21T05:30:00+01:00"


def test_the_reader_keeps_the_contract():
    check_import_source(JsonSource(), sample=lambda: io.BytesIO(part("A").encode()), profile=PROFILE.options)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_anything_ends_in_a_report(data):
    try:
        for record in read(data):
            assert isinstance(record, RawRecord | RecordProblem)
    except FileRefused:
        pass


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=8), st.integers(0, 420))
def test_damaged_bytes_end_in_a_report(flips, cut):
    data = bytearray(('{"items": [' + ",\n".join(part(f"A{n}") for n in range(5)) + '], "count": 5}').encode())
    for position, value in flips:
        data[position % len(data)] = value
    for damaged in (bytes(data), bytes(data[:cut])):
        try:
            assert len(read(damaged)) >= 1
        except FileRefused:
            continue


# -- pulled ------------------------------------------------------------------------------------------------------


class Interface:
    """An interface on loopback with three pages; it notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.tag, self.style, self.broken = '"v1"', "link", ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                outer.asked.append((self.path, dict(self.headers)))
                if self.headers.get("If-None-Match") == outer.tag:
                    self.send_response(304)
                    self.end_headers()
                    return
                outer.answer(self)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/parts"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, handler) -> None:
        page = int(handler.path.partition("page=")[2] or 1)
        body: dict = {"items": [json.loads(part(f"P{page}-{n}")) for n in range(2)], "count": 2}
        following = {"link": "", "cursor": page + 1, "url": f"/parts?page={page + 1}"}
        if page < 3 and self.style != "link":
            body["meta"] = {"next": following[self.style]}
        handler.send_response(401 if self.broken == "denied" else 200)
        if page < 3 and self.style == "link":
            target = "http://192.0.2.1/parts" if self.broken == "elsewhere" else f"/parts?page={page + 1}"
            target = "/parts" if self.broken == "circle" else target
            handler.send_header("Link", f'<{target}>; rel="next"')
        text = b"<html>" if self.broken == "html" else json.dumps(body, indent=1).encode()
        handler.send_header("ETag", self.tag)
        handler.send_header("Content-Length", str(len(text) + (5 if self.broken == "short" else 0)))
        handler.end_headers()
        handler.wfile.write(text)


@pytest.fixture
def interface(settings, monkeypatch):
    settings.SHOPFLOW_IMPORT_PRIVATE_HOSTS = ["127.0.0.1"]
    monkeypatch.setenv("IMPORT_SECRET_TOKEN", "quite-secret")
    running = Interface()
    yield running
    running.server.shutdown()
    running.server.server_close()


def pulled(interface, **more) -> list[str]:
    options = {
        "url": interface.url,
        "token_variable": "IMPORT_SECRET_TOKEN",
        "scheme": "Bearer",
        "items": "items",
        **more,
    }
    target = io.BytesIO()
    JsonApiTransport().fetch({**options, **more}, RemoteFile(interface.url, "x"), target)
    return [json.loads(line)["no"] for line in target.getvalue().splitlines()]


ALL = [f"P{page}-{n}" for page in (1, 2, 3) for n in range(2)]


@pytest.mark.parametrize(
    ("style", "more"),
    [
        ("link", {}),
        ("url", {"next": "meta.next"}),
        ("cursor", {"next": "meta.next", "parameter": "page"}),
    ],
)
def test_all_pages_are_read_with_the_token(interface, style, more):
    interface.style = style
    assert pulled(interface, **more) == ALL
    assert len(interface.asked) == 3
    assert {headers["Authorization"] for _path, headers in interface.asked} == {"Bearer quite-secret"}


def test_a_token_may_have_a_header_of_its_own(interface):
    pulled(interface, header="X-Api-Key", scheme="")
    assert interface.asked[0][1]["X-Api-Key"] == "quite-secret"
    assert "Authorization" not in interface.asked[0][1]


@pytest.mark.parametrize("broken", ["elsewhere", "circle", "html", "short", "denied"])
def test_what_is_not_right_at_the_other_end_is_told_and_nothing_is_taken(interface, broken):
    interface.broken = broken
    with pytest.raises(TransportFailed) as told:
        pulled(interface)
    assert "quite-secret" not in str(told.value)


def test_the_form_takes_names_of_secrets_only():
    assert not JsonApiForm({"url": "https://example.org/x", "token_variable": "SECRET_KEY"}).is_valid()
    assert not JsonApiForm({"url": "https://example.org/x", "header": "X: y"}).is_valid()
    assert JsonApiForm({"url": "https://example.org/x", "token_variable": "IMPORT_SECRET_A"}).is_valid()


@pytest.fixture
def profiles_file(tmp_path, settings):
    path = tmp_path / "profiles.toml"
    path.write_text(TOML, "utf-8")
    settings.SHOPFLOW_IMPORT_PROFILES = str(path)
    return path


def make_origin(**fields) -> ImportOrigin:
    from django.utils import timezone

    values = {"name": "Anlieferung", "profile": "supplier", "applies": True, "created_at": timezone.now()}
    return ImportOrigin.objects.create(**{**values, **fields})


@pytest.mark.django_db
def test_an_interface_is_asked_with_its_last_tag_and_read_only_when_it_has_changed(interface, profiles_file):
    options = {"url": interface.url, "token_variable": "IMPORT_SECRET_TOKEN", "scheme": "Bearer", "items": "items"}
    origin = make_origin(transport="json_api", settings=options)
    assert look_at_origin(origin_id=origin.pk).taken == 1
    assert services.execute_run(run_id=ImportRun.objects.get().pk).accepted == 6
    assert PartRecord.objects.count() == 6
    interface.asked.clear()
    assert look_at_origin(origin_id=origin.pk).taken == 0
    assert [headers.get("If-None-Match") for _path, headers in interface.asked] == ['"v1"']
    interface.tag = '"v2"'
    look = look_at_origin(origin_id=origin.pk)
    assert (look.taken, look.same, look.error) == (0, 1, "")
    assert ImportRun.objects.count() == 1


# -- pushed ------------------------------------------------------------------------------------------------------

SECRET = "a-secret-of-more-than-24-characters"


@pytest.fixture
def door(db, profiles_file, monkeypatch):
    monkeypatch.setenv("IMPORT_SECRET_DEALER", SECRET)
    return make_origin(transport="push", settings={"secret_variable": "IMPORT_SECRET_DEALER", "max_mb": 1})


def send(origin, body: bytes, *, key: str = SECRET, age: float = 0, signed: bytes | None = None, **headers):
    """``age`` is how many seconds ago it was signed."""
    stamp = str(int(time.time() - age))
    signature = Signature(key, stamp)
    signature.update(body if signed is None else signed)
    told = {"X-Timestamp": stamp, "X-Signature": signature.header(), "X-Filename": "teile.json", **headers}
    address = reverse("dealer-import:deliver", args=[getattr(origin, "pk", origin)])
    return Client(enforce_csrf_checks=True).post(address, body, content_type="application/json", headers=told)


def test_a_signed_delivery_is_queued_and_its_run_can_be_asked_for(door):
    answer = send(door, f"[{part('A1')}, {part('B1')}]".encode())
    run = ImportRun.objects.get()
    assert (answer.status_code, answer.json()["state"], answer.json()["run"]) == (202, "waiting", run.pk)
    assert PartRecord.objects.count() == 0
    services.execute_run(run_id=run.pk)
    stamp = str(int(time.time()))
    headers = {"X-Timestamp": stamp, "X-Signature": Signature(SECRET, stamp).header()}
    told = Client().get(answer["Location"], headers=headers).json()
    assert (told["state"], told["outcome"], told["accepted"], told["created"]) == ("done", "applied", 2, 2)
    assert Client().get(answer["Location"]).status_code == 401
    missing = reverse("dealer-import:delivery-run", args=[door.pk, run.pk + 1])
    assert Client().get(missing, headers=headers).status_code == 404


def test_the_same_content_is_taken_once(door):
    body = f"[{part('A1')}]".encode()
    assert send(door, body).status_code == 202
    again = send(door, body)
    assert (again.status_code, again.json()["state"]) == (200, "same")
    assert ImportRun.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": "another-secret-of-more-than-24"}, "signature"),
        ({"signed": b"[]"}, "signature"),
        ({"X-Signature": "v1=zz"}, "signature"),
        ({"X-Signature": ""}, "signature"),
        ({"age": WINDOW_SECONDS + 60}, "timestamp"),
        ({"age": -WINDOW_SECONDS - 60}, "timestamp"),
        ({"X-Timestamp": "soon"}, "timestamp"),
    ],
)
def test_what_is_not_signed_right_is_not_taken(door, change, code):
    answer = send(door, f"[{part('A1')}]".encode(), **change)
    assert (answer.status_code, answer.json()["error"]) == (401, code)
    assert (ImportRun.objects.count(), ReceivedFile.objects.count()) == (0, 0)


def test_an_unknown_source_answers_like_a_wrong_signature(door):
    body = f"[{part('A1')}]".encode()
    unknown, wrong = send(door.pk + 99, body), send(door, body, key="x" * 30)
    assert (unknown.status_code, unknown.json()) == (wrong.status_code, wrong.json())
    ImportOrigin.objects.filter(pk=door.pk).update(enabled=False)
    assert send(door, body).status_code == 401


def test_size_emptiness_and_short_secrets(door, monkeypatch):
    assert send(door, b"x" * ((1 << 20) + 1)).status_code == 413
    assert send(door, b"").status_code == 422
    monkeypatch.setenv("IMPORT_SECRET_DEALER", "short")
    assert send(door, b"[]", key="short").status_code == 503
    monkeypatch.delenv("IMPORT_SECRET_DEALER")
    assert send(door, b"[]").status_code == 503
    assert Client().get(reverse("dealer-import:deliver", args=[door.pk])).status_code == 405
    assert ImportRun.objects.count() == 0


def test_the_signature_is_the_documented_one():
    signature = Signature("s" * 24, "1700000000")
    signature.update(b"body")
    assert signature.header() == "v1=" + hmac.new(b"s" * 24, b"1700000000.body", hashlib.sha256).hexdigest()
    assert is_recent("1700000000", 1700000000 + WINDOW_SECONDS)
    assert not is_recent("1700000000", 1700000001 + WINDOW_SECONDS)
    assert not is_recent("１７００００００００", 1700000000)
