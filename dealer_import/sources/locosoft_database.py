"""Reading Loco-Soft's reporting database (PostgreSQL) into a file: one snapshot, never a write, in pieces.

Everything is read in one read-only transaction that sees the database as it was when it began, so that a part whose
number changes meanwhile is delivered once, under one number, with its own stock. A cursor on the server hands the
parts over piece by piece. The file says nothing of the time it was made: an unchanged database gives the same bytes.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from dealer_import.sentences import say as _
from shopflow.contracts.transports import TransportFailed

ROWS_AT_ONCE = 5000
NEEDED = ("parts_master", "parts_stock")

_STOCK = """
    SELECT s.part_number,
           sum(greatest(coalesce(s.stock_level, 0), 0)) AS level,
           sum(greatest(coalesce(s.stock_allocated, 0), 0)) AS allocated,
           max(s.last_outflow_date) AS last_outflow,
           bool_and(coalesce(s.is_disabled_in_parts_platforms, false)) AS disabled,
           jsonb_agg(jsonb_build_object(
               'stock_no', s.stock_no, 'level', s.stock_level, 'place', s.storage_location_1
           ) ORDER BY s.stock_no) AS places
      FROM parts_stock s
     WHERE %(stocks)s::integer[] IS NULL OR s.stock_no = ANY(%(stocks)s)
     GROUP BY s.part_number
"""
_QUERY = f"""
    SELECT m.part_number, m.description, m.rr_price, m.rebate_code, m.parts_type, m.package_unit_type,
           m.package_size, m.weight, m.price_valid_from_date, m.country_of_origin, m.manufacturer_assembly_group,
           stock.level AS stock_level, stock.allocated AS stock_allocated, stock.last_outflow AS last_outflow_date,
           stock.places AS stocks,
           round(m.rr_price * (100 - buy.rebate_percent) / 100, 2) AS cost,
           offer.price AS offer_price, offer.valid_from_date AS offer_from, offer.valid_until_date AS offer_until,
           numbers.list AS external_numbers, vehicles.list AS vehicles
      FROM parts_master m
      {{join}} JOIN ({_STOCK}) stock ON stock.part_number = m.part_number
      LEFT JOIN LATERAL (
          SELECT b.rebate_percent FROM parts_rebate_codes_buy b
           WHERE btrim(b.rebate_code) = btrim(m.rebate_code)
             AND (b.parts_type_boundary_from IS NULL OR m.parts_type >= b.parts_type_boundary_from)
             AND (b.parts_type_boundary_until IS NULL OR m.parts_type <= b.parts_type_boundary_until)
           ORDER BY b.rebate_group_code, b.rebate_code_counter LIMIT 1
      ) buy ON true
      LEFT JOIN LATERAL (
          SELECT o.price, o.valid_from_date, o.valid_until_date FROM parts_special_offer_prices o
           WHERE o.part_number = m.part_number AND o.is_active AND o.price > 0
             AND (o.valid_until_date IS NULL OR o.valid_until_date >= %(today)s)
           ORDER BY o.valid_from_date NULLS FIRST, o.price LIMIT 1
      ) offer ON true
      LEFT JOIN LATERAL (
          SELECT jsonb_agg(DISTINCT n.external_number) AS list FROM parts_supplier_numbers n
           WHERE n.part_number = m.part_number AND btrim(n.external_number) <> ''
      ) numbers ON true
      LEFT JOIN LATERAL (
          SELECT jsonb_agg(jsonb_build_object(
                     'vin', v.vin_pattern, 'model', v.model_pattern, 'from', v.model_date_start,
                     'until', v.model_date_end
                 ) ORDER BY v.unique_reference, v.unique_counter) AS list
            FROM parts_to_vehicles v WHERE v.part_number = m.part_number
      ) vehicles ON true
     WHERE NOT coalesce(stock.disabled, false)
       AND (%(since)s::date IS NULL OR stock.level > 0 OR stock.last_outflow >= %(since)s)
     ORDER BY m.part_number
"""  # noqa: S608 - no value is put into the text


@dataclass(frozen=True)
class Choice:
    """Which parts are wanted: those of the ``stocks`` named (all if empty), and with ``since`` only those that are in
    stock or were sold on that day or later. Without it the whole price book is read, stocked or not.
    """

    today: date
    stocks: Sequence[int] = ()
    since: date | None = None

    def query(self) -> tuple[str, dict[str, Any]]:
        """The statement and its values."""
        join = "LEFT" if self.since is None and not self.stocks else "INNER"
        values = {"today": self.today, "since": self.since, "stocks": list(self.stocks) or None}
        return _QUERY.format(join=join), values


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the last of the month where there is no such day."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def write_parts(address: str, choice: Choice, target: BinaryIO, *, rows_at_once: int = ROWS_AT_ONCE) -> int:
    """Write the parts of the database at ``address`` to ``target`` and return their number.

    Raises ``TransportFailed`` when the database cannot be reached, refuses, or is no Loco-Soft reporting database.
    """
    import psycopg

    done = 0
    try:
        for line in _lines(address, choice, rows_at_once):
            target.write(line)
            done += 1
    except psycopg.errors.InsufficientPrivilege as error:
        raise TransportFailed(_("The database account may not read the parts. Ask for read access.")) from error
    except psycopg.errors.UndefinedColumn as error:
        told = _("The database's columns are not those of Loco-Soft's reporting database: %(error)s")
        raise TransportFailed(told % {"error": _first_line(error)}) from error
    except psycopg.Error as error:
        told = _("The database cannot be read: %(error)s")
        raise TransportFailed(told % {"error": _first_line(error)}) from error
    if not done:
        raise TransportFailed(_("No part in the database fits the filter. Check stocks and months."))
    return done


def _lines(address: str, choice: Choice, rows_at_once: int) -> Iterator[bytes]:
    import psycopg
    from psycopg.rows import dict_row

    with psycopg.connect(address, connect_timeout=15, application_name="shopflow", row_factory=dict_row) as database:
        database.read_only = True
        database.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        _check_tables(database)
        with database.cursor(name="shopflow_parts") as cursor:
            cursor.itersize = rows_at_once
            query, values = choice.query()
            cursor.execute(query, values)
            for row in cursor:
                yield _line(row)
        database.rollback()


def _check_tables(database: Any) -> None:
    for table in NEEDED:
        found = database.execute("SELECT to_regclass(%s) AS name", [table]).fetchone()
        if found["name"] is None:
            told = _("The database has no table %(table)s: it is no Loco-Soft reporting database.")
            raise TransportFailed(told % {"table": table})


def _line(row: dict[str, Any]) -> bytes:
    """One part as a line of JSON. Amounts stay texts, absent values are left out."""
    offer = {
        "price": row.pop("offer_price"),
        "valid_from": row.pop("offer_from"),
        "valid_until": row.pop("offer_until"),
    }
    if offer["price"] is not None:
        row["offer"] = offer
    kept = {name: value for name, value in row.items() if value is not None}
    return json.dumps(kept, ensure_ascii=False, default=_text, separators=(",", ":")).encode() + b"\n"


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(type(value).__name__)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
