"""The shop as it was: views over the live tables that show what stood there at a moment.

Tables to which rows are only ever added know their past; of others a part is known, and the rest is today's value.
Which questions have looked at a today's value is found out by watching their SQL.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model
from oscar.core.loading import get_model

from shopflow.audience.models import Consent, ConsentEntry, Contact, ContactOrder, SaleNotice, ScoreEntry, TagAssignment
from shopflow.automations.services.asking import NO_QUESTION, under_way
from shopflow.automations.services.dry_runs.shadows import live
from shopflow.automations.services.happenings import SUBSCRIBER
from shopflow.core.models import OutboxDelivery, OutboxEvent
from shopflow.mailing.models import Suppression

MOMENT = "shopflow_moment"
NOW = f"(SELECT at FROM {MOMENT})"  # noqa: S608 - our own name
TABLES_IN = re.compile(r'\b(?:FROM|JOIN)\s+"(\w+)"(?!\.)', re.IGNORECASE)


@dataclass(frozen=True)
class Past:
    """How a table's past is told. ``where`` chooses the rows of the live table ``t`` that were there; ``columns``
    tells some as they were. ``whole``: nothing else of a row changes, or is ever taken away.
    """

    model: Callable[[], type[Model]]
    where: str
    columns: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True

    def query(self) -> str:
        names = [str(one.column) for one in self.model()._meta.concrete_fields]
        quote = connection.ops.quote_name
        shown = [
            f"{self.columns[name]} AS {quote(name)}" if name in self.columns else f"t.{quote(name)}" for name in names
        ]
        return _filled(f"SELECT {', '.join(shown)} FROM {live(self.model())} AS t WHERE {self.where}")  # noqa: S608 - our own


def _filled(sql: str) -> str:
    """The query with the names of the live tables and of the moment in it."""
    words = {
        "now": NOW,
        "hash": _sha256("t.email"),
        "entries": live(ConsentEntry),
        "changes": live(get_model("order", "OrderStatusChange")),
        "orders": live(get_model("order", "Order")),
        "events": live(OutboxEvent),
        "subscriber": f"'{SUBSCRIBER}'",
    }
    for name, value in words.items():
        sql = sql.replace(f"<{name}>", value)
    return sql


def _sha256(column: str) -> str:
    if connection.vendor == "postgresql":
        return f"encode(sha256(convert_to({column}, 'UTF8')), 'hex')"
    return f"SHA256({column})"


def _of(app: str, name: str) -> Callable[[], type[Model]]:
    return lambda: get_model(app, name)


CONSENT = """COALESCE((
    SELECT CASE e.action WHEN 'request' THEN 'pending' WHEN 'confirm' THEN 'granted' WHEN 'grant' THEN 'granted'
        ELSE 'withdrawn' END
    FROM <entries> AS e WHERE e.chain = substr(<hash>, 1, 40) || ':' || t.purpose AND e.recorded_at <= <now>
    ORDER BY e.position DESC LIMIT 1
), CASE WHEN t.since <= <now> THEN t.state ELSE 'pending' END)"""

STATUS = """COALESCE(
    (SELECT c.new_status FROM <changes> AS c WHERE c.order_id = t.id AND c.date_created <= <now>
        ORDER BY c.date_created DESC, c.id DESC LIMIT 1),
    (SELECT c.old_status FROM <changes> AS c WHERE c.order_id = t.id ORDER BY c.date_created, c.id LIMIT 1),
    t.status)"""

DELIVERED = f"""CASE WHEN t.subscriber = <subscriber> AND t.state = 'done' AND t.done_at > <now>
    THEN '{OutboxDelivery.State.WAITING}' ELSE t.state END"""

PASTS: tuple[Past, ...] = (
    Past(lambda: OutboxEvent, "t.occurred_at <= <now>"),
    Past(
        lambda: OutboxDelivery,
        "EXISTS (SELECT 1 FROM <events> AS e WHERE e.id = t.event_id AND e.occurred_at <= <now>)",
        {"state": DELIVERED},
    ),
    Past(lambda: Consent, "1 = 1", {"state": CONSENT}),
    Past(lambda: ConsentEntry, "t.recorded_at <= <now>"),
    Past(lambda: ContactOrder, "t.placed_at <= <now>"),
    Past(lambda: SaleNotice, "t.at <= <now>"),
    Past(lambda: ScoreEntry, "t.at <= <now>"),
    Past(_of("order", "Order"), "t.date_placed <= <now>", {"status": STATUS}),
    Past(_of("order", "OrderStatusChange"), "t.date_created <= <now>"),
    Past(
        _of("order", "Line"),
        "EXISTS (SELECT 1 FROM <orders> AS o WHERE o.id = t.order_id AND o.date_placed <= <now>)",
        whole=False,
    ),
    Past(
        _of("basket", "Basket"),
        "t.date_created <= <now>",
        {"status": "CASE WHEN t.date_submitted > <now> THEN 'Open' ELSE t.status END"},
        whole=False,
    ),
    Past(_of("basket", "Line"), "t.date_created <= <now>", whole=False),
    Past(lambda: Contact, "t.created_at <= <now>", whole=False),
    Past(lambda: TagAssignment, "t.assigned_at <= <now>", whole=False),
    Past(lambda: Suppression, "t.created_at <= <now>", whole=False),
)


def moment_table() -> str:
    """The statement that makes the table of the moment that every view asks for."""
    kind = "timestamptz" if connection.vendor == "postgresql" else "text"
    return f"CREATE TEMPORARY TABLE {MOMENT} (at {kind} NOT NULL)"


def views() -> dict[str, str]:
    """Names of tables, and the query that takes the place of each."""
    return {past.model()._meta.db_table: past.query() for past in PASTS}


def set_moment(moment: datetime) -> None:
    """Let the views show what stood there at ``moment``."""
    value = connection.ops.adapt_datetimefield_value(moment)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {MOMENT} SET at = %s", [value])  # noqa: S608 - our own name
        if cursor.rowcount == 0:
            cursor.execute(f"INSERT INTO {MOMENT} (at) VALUES (%s)", [value])  # noqa: S608 - our own name


@dataclass
class Watcher:
    """Finds out which questions have looked at tables that only tell today's values."""

    known: frozenset[str]
    seen: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _met: dict[tuple[str, str], bool] = field(default_factory=dict)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        asked = under_way.get()
        if asked != NO_QUESTION and (asked, sql) not in self._met:
            if len(self._met) > 5000:  # statements with values in them: begin anew rather than grow
                self._met.clear()
            self._met[asked, sql] = True
            for table in TABLES_IN.findall(sql):
                if table not in self.known:
                    self.seen[asked].add(table)
        return execute(sql, params, many, context)

    def told(self) -> list[list[Any]]:
        """Each question with the things it looked at, in words, sorted."""
        return sorted([asked, sorted({_named(table) for table in tables})] for asked, tables in self.seen.items())


def _named(table: str) -> str:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table == table:
            return str(model._meta.verbose_name_plural)
    return table


@contextmanager
def watched(shadows: Iterable[type[Model]]) -> Iterator[Watcher]:
    """Watch every statement of the connection; ``shadows`` are tables that the replay writes itself."""
    whole = [past.model() for past in PASTS if past.whole]
    known = {model._meta.db_table for model in (*shadows, *whole)} | {MOMENT}
    watcher = Watcher(frozenset(known))
    with connection.execute_wrapper(watcher):
        yield watcher
