"""Loco-Soft's reporting database: what is read, by what rule, and that it is one snapshot."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from dealer_import import services
from dealer_import.models import ImportOrigin, ImportRun
from dealer_import.profiles import resolve_profile
from dealer_import.reading import Reading
from dealer_import.services.receiving import look_at_origin
from dealer_import.sources import locosoft_database
from dealer_import.sources.locosoft import LocosoftSource
from dealer_import.sources.locosoft_database import Choice, months_before, write_parts
from dealer_import.transports.locosoft import LocosoftForm
from shopflow.contracts.transports import TransportFailed
from shopflow.parts.models import PartRecord

SCHEMA = (Path(__file__).parent / "locosoft.sql").read_text("utf-8")
TODAY = date(2026, 11, 22)
ALL, RECENT = Choice(TODAY), Choice(TODAY, since=months_before(TODAY, 24))
PROFILE = {"format": "locosoft", "brand": {"const": "Lünemotor"}, "max_missing_percent": 100}


# -- without a database --------------------------------------------------------------------------------------------


def reading(lines: list[dict], **more) -> tuple[Reading, list]:
    data = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    profile = resolve_profile("loco", {"loco": {**PROFILE, **more}})
    read = Reading(profile, LocosoftSource(), io.BytesIO(data))
    return read, [accepted.part for accepted in read.parts()]


PART = {"part_number": "\u00a0\u00a0 04 711 ", "description": "Ölfilter", "rr_price": "12.345", "parts_type": 1}


def test_numbers_come_padded_prices_with_three_decimals_and_stocks_below_zero():
    stocks = [{"stock_no": 1, "level": -2.0, "place": "A1"}, {"stock_no": 2, "level": 5, "place": None}]
    read, (part,) = reading([{**PART, "stock_level": "5.00", "stock_allocated": "1.00", "stocks": stocks}])
    assert (part.number_display, part.number_key) == ("04 711", "04711")
    assert (part.list_price_cents, part.stock[0].milli, part.reserved_milli) == (1235, 5000, 1000)
    assert dict(read.warnings) == {"price_rounded": 1, "stock_negative": 1}


def test_an_offer_has_its_days():
    offer = {"price": "9.90", "valid_from": "2026-11-01", "valid_until": "2026-11-30"}
    _read, (part,) = reading([{**PART, "rr_price": "12.00", "offer": offer}])
    assert (part.offer_price_cents, part.offer_from, part.offer_until) == (990, date(2026, 11, 1), date(2026, 11, 30))


def test_part_types_name_the_brands():
    lines = [PART, {**PART, "part_number": "B", "parts_type": 2}, {**PART, "part_number": "C", "parts_type": 9}]
    types = {"1": "Nordwagen", "2": "Filtrax"}
    read, parts = reading(lines, brand={"from": "brand"}, parts_types=types)
    assert [part.brand_name for part in parts] == ["Nordwagen", "Filtrax"]
    assert dict(read.errors) == {"brand_missing": 1}


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [
        (date(2026, 11, 22), 24, date(2024, 11, 22)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
    ],
)
def test_months_are_counted_back_by_the_calendar(day, months, wanted):
    assert months_before(day, months) == wanted


def test_the_form_takes_the_name_of_a_variable_and_whole_numbers():
    form = LocosoftForm({"connection_variable": "IMPORT_SECRET_LOCO", "months": "24", "stocks": "1; 2"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["stocks"] == "1, 2"
    assert "connection_variable" in LocosoftForm({"connection_variable": "postgresql://user:pw@host/db"}).errors
    assert "stocks" in LocosoftForm({"connection_variable": "IMPORT_SECRET_LOCO", "stocks": "eins"}).errors


def test_a_database_that_is_not_there_is_told_without_its_password():
    with pytest.raises(TransportFailed) as told:
        write_parts("postgresql://reader:geheim@127.0.0.1:1/loco", ALL, io.BytesIO())
    assert "geheim" not in str(told.value)


# -- against PostgreSQL ----------------------------------------------------------------------------------------------

PARTS = [
    # number, description, package unit, size, weight, valid from, rebate code, type, price, origin
    (" 0471 1", "Ölfilter", "ST", 1, "0.320", "2026-01-15", "01A", 1, "12.345", "DE"),
    ("\u00a00471 2", "Bremsscheibe", "ST", 2, "8.200", "2026-02-01", "02", 1, "99.900", "CZ"),
    ("0471 3", "Auslauf, lange her", "ST", 1, None, None, None, 1, "5.000", "DE"),
    ("0471 4", "Verkauft im letzten Jahr", "ST", 1, None, None, "02", 7, "7.500", None),
    ("0471 5", "Nur in der Preisliste", "L", 1, None, None, "01A", 1, "3.100", None),
    ("0471 6", "Gesperrt für Plattformen", "ST", 1, None, None, None, 1, "1.000", None),
]
STOCKS = [
    (" 0471 1", 1, "A1", "3.00", "1.00", "2026-11-01", False),
    (" 0471 1", 2, "B7", "-2.00", None, None, False),
    ("\u00a00471 2", 1, None, "0.00", "0.00", "2026-10-01", None),
    ("0471 3", 1, None, "0.00", None, "2020-05-05", False),
    ("0471 4", 2, None, None, None, "2025-12-31", False),
    ("0471 6", 1, None, "9.00", None, "2026-11-01", True),
]
OFFERS = [
    (" 0471 1", True, "2026-11-01", "2026-11-30", "9.90"),
    (" 0471 1", True, "2026-01-01", "2026-01-31", "1.00"),
    ("\u00a00471 2", False, "2026-11-01", None, "2.00"),
]


@pytest.fixture
def database(request) -> Iterator[str]:
    """The address of a reporting database, in a schema and with an account of its own that may only read."""
    import psycopg

    db = connection.settings_dict
    address = f"host={db['HOST']} port={db['PORT']} user={db['USER']} dbname=postgres"
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS loco_auswertung_db")
        admin.execute("CREATE DATABASE loco_auswertung_db TEMPLATE template0 ENCODING 'UTF8'")
        admin.execute("DROP ROLE IF EXISTS loco_reader")
        admin.execute("CREATE ROLE loco_reader LOGIN")
        with psycopg.connect(address.replace("postgres", "loco_auswertung_db")) as loco:
            fill(loco)
            loco.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO loco_reader")
        yield f"postgresql://loco_reader@{db['HOST']}:{db['PORT']}/loco_auswertung_db"
        admin.execute("DROP DATABASE loco_auswertung_db WITH (FORCE)")
        admin.execute("DROP ROLE loco_reader")


def fill(loco) -> None:
    loco.execute(SCHEMA)
    with loco.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO parts_master (part_number, description, package_unit_type, package_size, weight,"
            " price_valid_from_date, rebate_code, parts_type, rr_price, country_of_origin)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            PARTS,
        )
        cursor.executemany(
            "INSERT INTO parts_stock (part_number, stock_no, storage_location_1, stock_level, stock_allocated,"
            " last_outflow_date, is_disabled_in_parts_platforms) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            STOCKS,
        )
        cursor.executemany(
            "INSERT INTO parts_special_offer_prices (part_number, is_active, valid_from_date, valid_until_date, price)"
            " VALUES (%s, %s, %s, %s, %s)",
            OFFERS,
        )
    loco.execute("INSERT INTO parts_supplier_numbers VALUES (' 0471 1', 'X-1'), (' 0471 1', ' '), (' 0471 1', 'X-2')")
    loco.execute(
        "INSERT INTO parts_to_vehicles VALUES"
        " (' 0471 1', 'r', 2, null, 'WVWZZZ1K%', null, '2010-01-01', null),"
        " (' 0471 1', 'r', 1, null, null, 'GOLF%', null, '2009-12-31')"
    )
    loco.execute(
        "INSERT INTO parts_rebate_codes_buy VALUES (1, '01A ', 1, null, null, 20.0, 'a'),"
        " (1, '02', 1, 1, 5, 30.0, 'b'), (1, '02', 2, 6, 9, 50.0, 'c'), (2, '01A', 1, null, null, 99.0, 'd')"
    )


def written(address: str, choice: Choice, **more) -> list[dict]:
    target = io.BytesIO()
    count = write_parts(address, choice, target, **more)
    lines = [json.loads(line) for line in target.getvalue().splitlines()]
    assert len(lines) == count
    return lines


@pytest.mark.postgres
@pytest.mark.django_db
def test_stocked_or_lately_sold_parts_are_read_with_all_that_belongs_to_them(database):
    lines = written(database, RECENT)
    assert [line["part_number"].replace("\u00a0", " ").strip() for line in lines] == ["0471 1", "0471 4", "0471 2"]
    first = lines[0]
    assert (first["rr_price"], first["cost"], first["stock_level"], first["stock_allocated"]) == (
        "12.345",
        "9.88",
        "3.00",
        "1.00",
    )
    assert first["offer"] == {"price": "9.90", "valid_from": "2026-11-01", "valid_until": "2026-11-30"}
    assert sorted(first["external_numbers"]) == ["X-1", "X-2"]
    assert [(v["vin"], v["model"]) for v in first["vehicles"]] == [(None, "GOLF%"), ("WVWZZZ1K%", None)]
    assert [(s["stock_no"], s["level"]) for s in first["stocks"]] == [(1, 3.00), (2, -2.00)]
    assert (lines[1]["cost"], lines[2]["cost"]) == ("3.75", "69.93")
    assert "offer" not in lines[2]


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_whole_price_book_holds_what_was_never_stocked_and_a_stock_may_be_chosen(database):
    assert len(written(database, ALL)) == 5
    second = written(database, Choice(TODAY, stocks=[2]))
    assert [(line["part_number"], line["stock_level"]) for line in second] == [(" 0471 1", "0"), ("0471 4", "0")]


@pytest.mark.postgres
@pytest.mark.django_db
def test_an_unchanged_database_gives_the_same_bytes(database):
    first, second = io.BytesIO(), io.BytesIO()
    write_parts(database, RECENT, first)
    write_parts(database, RECENT, second)
    assert first.getvalue() == second.getvalue()


@pytest.mark.postgres
@pytest.mark.django_db
def test_p19_a_number_that_changes_while_it_is_read_is_told_once_and_as_it_was(database):
    """One snapshot: what another session writes meanwhile is seen by the next reading only."""
    import psycopg

    owner = database.replace("loco_reader", connection.settings_dict["USER"])
    with psycopg.connect(owner, autocommit=True) as writer:
        many = [(f"9{n:05d}", "Teil", "1.000") for n in range(500)]
        with writer.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO parts_master (part_number, description, rr_price) VALUES (%s, %s, %s)", many
            )
        lines = locosoft_database._lines(database, ALL, 10)
        got = [json.loads(next(lines)) for _ in range(20)]
        writer.execute("UPDATE parts_master SET part_number = '0000 neu' WHERE part_number = '900400'")
        writer.execute("UPDATE parts_master SET part_number = 'ZZ' || part_number WHERE part_number LIKE '9000%'")
        writer.execute("UPDATE parts_master SET rr_price = 77 WHERE part_number = '900450'")
        writer.execute("DELETE FROM parts_master WHERE part_number = '900499'")
        writer.execute("INSERT INTO parts_master (part_number, description, rr_price) VALUES ('Z', 'Neu', 1)")
        got += [json.loads(line) for line in lines]
        numbers = [line["part_number"] for line in got if line["part_number"].startswith("9")]
        assert numbers == [f"9{n:05d}" for n in range(500)]
        assert not [line for line in got if line["part_number"] in ("0000 neu", "Z")]
        assert next(line for line in got if line["part_number"] == "900450")["rr_price"] == "1.000"
        assert len(written(database, ALL)) == 505


@pytest.mark.postgres
@pytest.mark.django_db
def test_nothing_can_be_written_and_a_wrong_database_is_told(database):
    import psycopg

    with psycopg.connect(database) as reader, pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute("DELETE FROM parts_master")
    owner = database.replace("loco_reader", connection.settings_dict["USER"])
    with psycopg.connect(owner, autocommit=True) as writer:
        writer.execute("REVOKE SELECT ON parts_stock FROM loco_reader")
        with pytest.raises(TransportFailed, match="may not read"):
            write_parts(database, ALL, io.BytesIO())
        writer.execute("ALTER TABLE parts_stock RENAME COLUMN stock_level TO level")
        writer.execute("GRANT SELECT ON parts_stock TO loco_reader")
        with pytest.raises(TransportFailed, match="columns"):
            write_parts(database, ALL, io.BytesIO())
        writer.execute("DROP TABLE parts_stock")
        with pytest.raises(TransportFailed, match="parts_stock"):
            write_parts(database, ALL, io.BytesIO())


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_look_at_the_database_brings_its_parts_into_the_shop(database, monkeypatch, settings, tmp_path):
    from django.utils import timezone

    path = tmp_path / "profiles.toml"
    path.write_text('[loco]\nformat = "locosoft"\nbrand = { const = "Lünemotor" }\n', "utf-8")
    settings.SHOPFLOW_IMPORT_PROFILES = str(path)
    monkeypatch.setenv("IMPORT_SECRET_LOCO", database)
    origin = ImportOrigin.objects.create(
        name="Loco-Soft",
        profile="loco",
        transport="locosoft",
        settings={"connection_variable": "IMPORT_SECRET_LOCO"},
        applies=True,
        created_at=timezone.now(),
    )
    look = look_at_origin(origin_id=origin.pk)
    assert (look.taken, look.error) == (1, "")
    report = services.execute_run(run_id=ImportRun.objects.get().pk)
    assert (report.outcome, report.accepted, report.rejected) == ("applied", 5, 0)
    assert report.warnings == {"price_rounded": 1, "stock_negative": 1}
    assert PartRecord.objects.get(number_key="04711").list_price_cents == 1235
    assert look_at_origin(origin_id=origin.pk).taken == 0
    assert ImportRun.objects.count() == 1
