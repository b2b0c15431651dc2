"""Files as they really come, and files made to do harm: the command ends with its status and a report."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile

import pytest
from django.core.management import call_command

from benchmarks.dealer_samples import write_samples
from benchmarks.dealer_samples.checking import FILES
from dealer_import.models import ImportRun
from shopflow.parts.models import PartRecord

pytestmark = pytest.mark.django_db

ROWS = 60


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """The bytes of a good file of each format."""
    folder = tmp_path_factory.mktemp("good")
    write_samples(folder, rows=ROWS, seed=9, bad_per_kind=0, second_day=False)
    return {form: (folder / name).read_bytes() for form, name in FILES.items()}


@pytest.fixture
def told(tmp_path):
    """Run the command over bytes; exit status, report and what stderr says."""

    def run(data: bytes, form: str = "csv", name: str = ""):
        path, report, stderr = tmp_path / (name or FILES[form]), tmp_path / "report.json", io.StringIO()
        path.write_bytes(data)
        status = 0
        try:
            call_command(
                "import_catalogue",
                str(path),
                profile=f"sample_{form}",
                report=report,
                stdout=io.StringIO(),
                stderr=stderr,
            )
        except SystemExit as end:
            status = end.code
        return status, json.loads(report.read_text("utf-8")), stderr.getvalue()

    return run


def lines(data: bytes) -> list[bytes]:
    return data.split(b"\r\n")


def with_rows(data: bytes, change) -> bytes:
    """A table whose data rows are changed; head and closing line stay."""
    all_lines = lines(data)
    return b"\r\n".join([*all_lines[:4], *change(all_lines[4:-2]), *all_lines[-2:]])


def cells(row: bytes, column: int, value: bytes) -> bytes:
    """The row with another value in one column."""
    parts = next(csv.reader([row.decode("cp1252")], delimiter=";"))
    parts[column] = value.decode("cp1252")
    target = io.StringIO()
    csv.writer(target, delimiter=";", lineterminator="").writerow(parts)
    return target.getvalue().encode("cp1252")


def first(column: int, value: bytes):
    """A change of one value in the first row."""
    return lambda data: with_rows(data, lambda rows: [cells(rows[0], column, value), *rows[1:]])


def packed(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return target.getvalue()


def encrypted(data: bytes) -> bytes:
    """An archive whose member says that it is encrypted."""
    raw = bytearray(packed(dms_dot_csv=data))
    raw[6] |= 1
    place = raw.index(b"PK\x01\x02")
    raw[place + 8] |= 1
    return bytes(raw)


def bmecat(inside: str, doctype: str = "") -> bytes:
    return f'<?xml version="1.0"?>{doctype}<BMECAT version="2005">{inside}</BMECAT>'.encode()


LAUGHS = '<!DOCTYPE BMECAT [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
) + "]>"  # fmt: skip
CASES = {
    "empty": ("csv", lambda d: b"", "empty_file"),
    "blank lines only": ("csv", lambda d: b"\r\n" * 50, "empty_file"),
    "an error page": ("csv", lambda d: b"<!DOCTYPE html><html><body>503</body></html>", "not_a_table"),
    "an error page after blank lines": ("csv", lambda d: b"\r\n\r\n <html><body>Login</body></html>", "not_a_table"),
    "a table of a web page": ("csv", lambda d: b"<table><tr><td>Teile-Nr</td></tr></table>", "not_a_table"),
    "a byte order mark alone": ("csv", lambda d: b"\xef\xbb\xbf\r\n", "empty_file"),
    "a 7z": ("csv", lambda d: b"7z\xbc\xaf\x27\x1c" + bytes(range(256)) * 8, "not_a_table"),
    "an old workbook": ("csv", lambda d: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "xls_old"),
    "an old workbook as xlsx": ("xlsx", lambda d: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "xls_old"),
    "a workbook as csv": ("csv", "xlsx", "not_a_table"),
    "a pdf": ("csv", lambda d: b"%PDF-1.7\n" + bytes(2000), "not_a_table"),
    "random bytes": ("csv", lambda d: bytes(range(256)) * 40, None),
    "another delimiter": ("csv", lambda d: d.replace(b";", b"|"), "delimiter"),
    "cut in a row": ("csv", lambda d: d[: len(d) // 2 + 3], "incomplete_file"),
    "cut between rows": ("csv", lambda d: b"\r\n".join(lines(d)[:30]) + b"\r\n", "incomplete_file"),
    "a wrong count": ("csv", lambda d: d.replace(b";60;;", b";61;;"), "control_total"),
    "no header": ("csv", lambda d: b"\r\n".join([*lines(d)[:3], *lines(d)[4:]]), "missing_column"),
    "a column twice": ("csv", lambda d: d.replace(b"EK netto", b"UPE netto"), "duplicate_column"),
    "a column gone": ("csv", lambda d: d.replace(b"Fabrikat", b"Lieferant", 1), "missing_column"),
    "a header alone": ("csv", lambda d: b"\r\n".join(lines(d)[:4]) + b"\r\n*** Ende;;0;;\r\n", "no_records"),
    "another delimiter in the header": (
        "csv", lambda d: d.replace(lines(d)[3], lines(d)[3].replace(b";", b",")), "delimiter"
    ),
    "dos bytes": ("csv", lambda d: d.decode("cp1252").encode("cp850", "replace"), "encoding"),
    "ebcdic": ("csv", lambda d: d.decode("cp1252").encode("cp500", "replace"), None),
    "fixed width, a byte lost": ("fixed", lambda d: d[:150] + d[151:], None),
    "fixed width, a wrong count": (
        "fixed", lambda d: d[:-135] + d[-135:].replace(b"00000006", b"00000007"), "control_total"
    ),
    "fixed width, windows bytes": (
        "fixed", lambda d: d.decode("cp850").encode("cp1252", "replace"), "encoding"
    ),
    "fixed width, no trailer": ("fixed", lambda d: b"\r\n".join(lines(d)[:-2]) + b"\r\n", "incomplete_file"),
    "an external entity": (
        "bmecat",
        lambda d: bmecat("<H>&x;</H>", '<!DOCTYPE BMECAT [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "xml_entity",
    ),
    "billion laughs": ("bmecat", lambda d: bmecat("<H>&j;</H>", LAUGHS), "xml_entity"),
    "deep": ("bmecat", lambda d: bmecat("<a>" * 100_000), "xml_depth"),
    "cut xml": ("bmecat", lambda d: d[: len(d) // 2], "incomplete_file"),
    "two roots": ("bmecat", lambda d: d + d, None),
    "no xml": ("bmecat", lambda d: b"Nr;Preis\r\n1;2\r\n", "not_xml"),
    "pies as bmecat": ("bmecat", "pies", "not_xml"),
    "cut pies": ("pies", lambda d: d[: len(d) * 2 // 3], "incomplete_file"),
    "a wrong item count": ("pies", lambda d: d.replace(b"<ItemCount>60<", b"<ItemCount>59<"), "control_total"),
    "datanorm 3": ("datanorm", lambda d: d.replace(b"04EUR", b"03EUR", 1), "datanorm_version"),
    "a bomb": ("csv", lambda d: packed(dms_dot_csv=bytes(40 << 20)), "archive_limits"),
    "a gzip bomb": ("csv", lambda d: gzip.compress(bytes(40 << 20), 9), "archive_limits"),
    "many members": ("csv", lambda d: packed(**{f"{n}_dot_csv": b"x" for n in range(300)}), "archive_limits"),
    "an archive in an archive": ("csv", lambda d: packed(a_dot_zip=packed(dms_dot_csv=d)), "archive_nested"),
    "a rar in an archive": ("csv", lambda d: packed(dms_dot_csv=b"Rar!\x1a\x07\x00" + d), "archive_nested"),
    "an empty archive in an archive": ("csv", lambda d: packed(dms_dot_csv=packed()), "archive_nested"),
    "a tape archive": ("csv", lambda d: gzip.compress(b"dms.csv".ljust(257, b"\0") + b"ustar\0" + d), "archive_nested"),
    "a gzip in a gzip": ("csv", lambda d: gzip.compress(gzip.compress(d)), "archive_nested"),
    "a path": ("csv", lambda d: packed(**{".."+"__dms_dot_csv": d}), "archive_path"),
    "an absolute path": ("csv", lambda d: packed(__etc__dms_dot_csv=d), "archive_path"),
    "encrypted": ("csv", encrypted, "archive_encrypted"),
    "an empty archive": ("csv", lambda d: packed(), None),
    "half an archive": ("csv", lambda d: packed(dms_dot_csv=d)[:-60], "incomplete_file"),
    "xlsx, half": ("xlsx", lambda d: d[: len(d) // 2], None),
    "ten megabytes in one line": ("csv", lambda d: b"x" * 10_000_000, "no_records"),
    "json": ("csv", lambda d: b'{"a": [1, 2]}', None),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_file_is_refused_with_status_2_and_a_reason(good, told, name):
    form, change, reason = CASES[name]
    data = good[change] if isinstance(change, str) else change(good[form])
    status, report, stderr = told(data, form)
    assert (status, report["outcome"]) == (2, "refused")
    if reason:
        assert report["reason"] == reason
    assert report["message"] in stderr
    assert not PartRecord.objects.exists()
    assert ImportRun.objects.get().outcome == "refused"


def newlines(data: bytes) -> bytes:
    return b"".join(line + (b"\r\n", b"\n")[place % 2] for place, line in enumerate(lines(data)[:-1]))


SOME = {
    "a byte order mark": (lambda d: d.decode("cp1252").encode("utf-8-sig"), 0, {}),
    "utf-16": (lambda d: d.decode("cp1252").encode("utf-16"), 0, {}),
    "utf-16 without a mark": (lambda d: d.decode("cp1252").encode("utf-16-le"), 0, {}),
    "utf-16 without a mark, the other way round": (lambda d: d.decode("cp1252").encode("utf-16-be"), 0, {}),
    "a closing line in quotes": (lambda d: d.replace(b"*** Ende;", b'"*** Ende";'), 0, {}),
    "a closing line with leading zeros": (lambda d: d.replace(b";60;;", b";000060;;"), 0, {}),
    "utf-8": (lambda d: d.decode("cp1252").encode(), 0, {}),
    "two kinds of line ends": (newlines, 0, {}),
    "nul": (lambda d: with_rows(d, lambda rows: [rows[0][:9] + b"\0" + rows[0][9:], *rows[1:]]), 1, {"nul": 1}),
    "a quote that is never closed": (lambda d: with_rows(d, lambda rows: [b'"' + rows[0], *rows[1:]]), 1, {}),
    "a column too many": (lambda d: with_rows(d, lambda rows: [rows[0] + b";x", *rows[1:]]), 1, {"columns": 1}),
    "infinity": (first(9, b"Infinity"), 1, {"price": 1}),
    "full-width digits": (first(9, b"1E3"), 1, {"price": 1}),
    "a huge price": (first(9, b"9" * 400), 1, {"price": 1}),
    "a huge stock": (first(15, b"9" * 400), 1, {}),
    "a formula": (first(2, b"=cmd|' /C calc'!A0"), 0, {}),
    "a template": (first(2, b"{{ 7*7 }}{% now %}"), 0, {}),
    "sql": (first(11, b"'; DROP TABLE x; --%s"), 0, {}),
    "a percent": (first(4, b"100 %s > %(a)s"), 0, {}),
    "a path as picture": (first(29, b"../../etc/passwd"), 0, {}),
    "a long category": (first(4, b" > ".join([b"k" * 300] * 90)), None, {}),
    "a very old date": (first(32, b"01.01.0001"), 0, {}),
    "ten megabytes in a cell": (first(2, b"x" * 10_000_000), 1, {"line_too_long": 1}),
    "ten megabytes without a separator": (
        lambda d: with_rows(d, lambda rows: [b"x" * 10_000_000, *rows[1:]]), 1, {"line_too_long": 1}
    ),
    "control characters": (first(2, b"a\x07\x1b[31mb\x0b"), 0, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", SOME)
def test_a_wrong_row_costs_itself_and_no_other(good, told, name):
    change, refused, codes = SOME[name]
    status, report, _stderr = told(change(good["csv"]))
    assert (status, report["outcome"]) == (0, "applied")
    if refused is not None:
        assert (report["accepted"], report["rejected"]) == (ROWS - refused, refused)
    found = [finding["code"] for finding in report["findings"] if finding["severity"] == "error"]
    assert {code: found.count(code) for code in codes} == codes
    assert PartRecord.objects.count() == report["accepted"] >= ROWS - 1


def test_a_file_that_is_older_or_smaller_or_cheaper_writes_nothing(good, told):
    data = good["csv"]
    assert told(data)[0] == 0
    before = sorted(PartRecord.objects.values_list("number_key", "list_price_cents", "missing"))
    assert told(data)[1]["outcome"] == "noop"
    status, report, _stderr = told(data.replace(b"21.11.2026 05:30", b"20.11.2026 05:30"))
    assert (status, report["reason"]) == (2, "older_than_last")
    fewer = with_rows(data, lambda rows: rows[:20]).replace(b";60;;", b";20;;")
    status, report, stderr = told(fewer)
    assert (status, report["outcome"], report["reason"]) == (3, "held", "brake_shrunk")
    assert report["message"] in stderr
    cheap = with_rows(data, lambda rows: [cells(row, 9, b"0,01") for row in rows])
    status, report, _stderr = told(cheap)
    assert (status, report["reason"]) == (3, "brake_price")
    broken = with_rows(data, lambda rows: [cells(row, 9, b"auf Anfrage") for row in rows[:30]] + rows[30:])
    status, report, _stderr = told(broken)
    assert (status, report["reason"]) == (3, "brake_rejected")
    assert sorted(PartRecord.objects.values_list("number_key", "list_price_cents", "missing")) == before
