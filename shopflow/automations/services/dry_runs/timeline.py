"""Everything that has happened to the automations, in the order in which they heard of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Model

from shopflow.automations.models import FlowVersion, Recipient, Run
from shopflow.automations.services.dry_runs.shadows import live
from shopflow.automations.services.happenings import SUBSCRIBER
from shopflow.core.models import AuditEntry, OutboxDelivery, OutboxEvent
from shopflow.mailing.models import Message

TIMELINE = "shopflow_timeline"
CHUNK = 500
CAPS_LOOK_BACK = timedelta(days=366)
HEARD = ("automation_switched", "automation_paused", "automations_halted", "automation_rules_saved")
"""What the audit log says about the switches and rules of the automations."""

RANKS = {"version": 0, "audit": 1, "block": 2, "message": 3, "hand": 4, "event": 5}
"""What comes first of things that happened in the same moment."""


@dataclass(frozen=True)
class Item:
    """Something that happened: of which ``kind``, and the row that tells it."""

    at: datetime
    kind: str
    row: Any


def timeline_table() -> str:
    """The statement that makes the table of the timeline."""
    kind = "timestamptz" if connection.vendor == "postgresql" else "text"
    columns = f"at {kind} NOT NULL, rank integer, kind varchar(8), ref bigint, PRIMARY KEY (at, rank, ref)"
    return f"CREATE TEMPORARY TABLE {TIMELINE} ({columns})"


def lay(*, flows: Sequence[int], codes: Sequence[str], since: datetime, until: datetime) -> int:
    """Fill the timeline from the live tables; return how many things there are.

    ``codes`` are the events that any of the ``flows`` listens to; mails of other flows come as facts.
    """
    window = [_stored(since), _stored(until)]
    with connection.cursor() as cursor:
        for kind, query, params in _queries(flows, codes, window, _stored(since - CAPS_LOOK_BACK)):
            cursor.execute(
                f"INSERT INTO {TIMELINE} (at, rank, kind, ref) "  # noqa: S608 - our own names
                f"SELECT at, {RANKS[kind]}, '{kind}', ref FROM ({query}) AS found",
                params,
            )
        cursor.execute(f"SELECT count(*) FROM {TIMELINE}")  # noqa: S608 - our own names
        return int(cursor.fetchone()[0])


def _stored(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _queries(
    flows: Sequence[int], codes: Sequence[str], window: list[Any], earliest: Any
) -> Iterator[tuple[str, str, list[Any]]]:
    """Kind, query of ``at`` and ``ref``, and its values."""
    ours, listened = f"flow_id IN ({_marks(flows)})", f"e.code IN ({_marks(codes)})"
    yield "event", _EVENTS.format(e=live(OutboxEvent), d=live(OutboxDelivery), listened=listened), [
        SUBSCRIBER, *codes, *window
    ]  # fmt: skip
    yield "hand", _BY_HAND.format(r=live(Run), ours=ours), [*flows, *window]
    yield "message", _MESSAGES.format(
        m=live(Message), r=live(Run), ours=ours, run=_run_of("m.dedupe_key")
    ), [earliest, window[1], *flows, window[0]]  # fmt: skip
    yield "version", _CHANGES.format(t=live(FlowVersion), at="created_at", which=ours), [*flows, *window]
    heard = f"action IN ({_marks(HEARD)})"
    yield "audit", _CHANGES.format(t=live(AuditEntry), at="at", which=heard), [*HEARD, *window]
    yield "block", _CHANGES.format(t=live(Recipient), at="blocked_at", which="blocked_at > %s"), [
        _stored(datetime(1970, 1, 2, tzinfo=UTC)), _stored(datetime(1970, 1, 1, tzinfo=UTC)), window[1]
    ]  # fmt: skip


_EVENTS = """SELECT COALESCE(d.done_at, e.occurred_at) AS at, e.id AS ref
FROM {e} AS e LEFT JOIN {d} AS d ON d.event_id = e.id AND d.subscriber = %s
WHERE {listened} AND (d.id IS NULL OR d.state = 'done')
    AND COALESCE(d.done_at, e.occurred_at) >= %s AND COALESCE(d.done_at, e.occurred_at) < %s"""

_BY_HAND = """SELECT entered_at AS at, id AS ref FROM {r} AS r
WHERE {ours} AND event_id IS NULL AND entered_at >= %s AND entered_at < %s"""

_MESSAGES = """SELECT m.created_at AS at, m.id AS ref FROM {m} AS m
WHERE m.mail_class = 'advertising' AND m.created_at >= %s AND m.created_at < %s
    AND m.state NOT IN ('skipped', 'failed')
    AND NOT EXISTS (SELECT 1 FROM {r} AS r WHERE r.id = {run} AND {ours} AND r.entered_at >= %s)"""

_CHANGES = "SELECT {at} AS at, id AS ref FROM {t} AS t WHERE {which} AND {at} > %s AND {at} < %s"


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values)) or "NULL"


def _run_of(column: str) -> str:
    """The number of the run in a key such as ``run:17:mail:1``; NULL for any other key."""
    if connection.vendor == "postgresql":
        part = f"CAST(split_part({column}, ':', 2) AS bigint)"
        return f"CASE WHEN {column} ~ '^run:[0-9]+:' THEN {part} END"
    rest = f"substr({column}, 5)"
    return f"CASE WHEN {column} LIKE 'run:%%' THEN CAST(substr({rest}, 1, instr({rest}, ':') - 1) AS integer) END"


def items(ahead: Callable[[Iterable[OutboxEvent]], None] = lambda events: None) -> Iterator[Item]:
    """The timeline from its beginning, read in portions; ``ahead`` is told the events of each before they come."""
    after: tuple[Any, ...] | None = None
    while chunk := _chunk(after):
        rows = {kind: _rows(kind, [ref for _at, _rank, one, ref in chunk if one == kind]) for kind in RANKS}
        ahead(rows["event"].values())
        for at, _rank, kind, ref in chunk:
            row = rows[kind].get(ref)
            if row is not None:
                yield Item(read_moment(at), kind, row)
        after = (chunk[-1][0], chunk[-1][1], chunk[-1][3])


def _chunk(after: tuple[Any, ...] | None) -> list[tuple[Any, int, str, int]]:
    where, params = ("", []) if after is None else ("WHERE (at, rank, ref) > (%s, %s, %s)", list(after))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT at, rank, kind, ref FROM {TIMELINE} {where} ORDER BY at, rank, ref LIMIT {CHUNK}",  # noqa: S608 - our own names
            params,
        )
        return list(cursor.fetchall())


def read_moment(at: Any) -> datetime:
    """A moment as the database has given it, aware."""
    return at if isinstance(at, datetime) else datetime.fromisoformat(at).replace(tzinfo=UTC)


MODELS: dict[str, type[Model]] = {
    "event": OutboxEvent,
    "hand": Run,
    "message": Message,
    "version": FlowVersion,
    "audit": AuditEntry,
    "block": Recipient,
}


def _rows(kind: str, refs: list[int]) -> dict[int, Any]:
    """The live rows, past whatever hides their table."""
    if not refs:
        return {}
    model: Any = MODELS[kind]
    columns = ", ".join(f't."{field.column}"' for field in model._meta.concrete_fields)
    query = f"SELECT {columns} FROM {live(model)} AS t WHERE t.id IN ({_marks(refs)})"  # noqa: S608 - our own names
    return {row.pk: row for row in model._default_manager.raw(query, refs)}
