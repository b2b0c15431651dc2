from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from oscar.core.loading import get_model

from dealer_import.apply import stock
from dealer_import.models import FieldOwner, ImportRun, PartUndo, ScheduledPrice
from dealer_import.services import records
from shopflow.core import clock
from shopflow.parts.models import PartRecord, PriceHistory
from shopflow.parts.services import announce_change
from shopflow.parts.services.sql import differs, execute

LATER, RECORD = ScheduledPrice._meta.db_table, PartRecord._meta.db_table
OWNER, HISTORY = FieldOwner._meta.db_table, PriceHistory._meta.db_table
UNDO, RUN = PartUndo._meta.db_table, ImportRun._meta.db_table
CURRENT = "CAST(ROUND(k.price * 100) AS integer)"

SHOP_TIME = ZoneInfo("Europe/Berlin")
"""Prices change at midnight in Germany, wherever the server stands."""
BATCH = 1000
"""Parts per transaction: small enough that no customer and no import waits long."""
PATIENCE, PAUSE = 30.0, 0.05
"""Seconds for which an import waits for prices that others hold, and between two looks. It holds nothing meanwhile."""


def switch_due_prices() -> int:
    """Put prices into force whose day has begun in the shop's time zone; returns how many parts changed their price.

    Each scheduled price is claimed by its ``switched_at`` in the transaction that writes it, so that it takes effect
    once. Of several days that have passed, the last one counts. A price that staff have locked stays. Nobody is waited
    for: a part that somebody else is writing, or a customer is ordering, comes next time. Others wait for one batch.
    """
    last, changed = 0, 0
    while batch := _switch_batch(last):
        last, number = batch
        changed += number
    return changed


@transaction.atomic
def _switch_batch(after: int) -> tuple[int, int] | None:
    """The same for some parts whose keys are above ``after``: the last of them, and how many changed; None if no more
    are due."""
    now = clock.now()
    due = _due(now).filter(part__gt=after)
    if not due.exists():
        return None
    parts = _locked(PartRecord.objects.filter(pk__in=due.values("part")).order_by("pk"))
    products = dict(parts.values_list("pk", "product_id")[:BATCH])
    if not products:
        return None
    keys = _writable(due, products)
    if not ScheduledPrice.objects.filter(pk__in=keys, switched_at=None).update(switched_at=now):
        return max(products), 0
    runs = ImportRun.objects.filter(pk__in=ScheduledPrice.objects.filter(pk__in=keys).values("run"))
    changed = _switch(
        connection.ops.adapt_datetimefield_value(now),
        {run.pk: records.partner_id_of(run) for run in runs.only("profile_tables")},
        f"x.part_id BETWEEN {min(products)} AND {max(products)}",
    )
    if changed:
        announce_change(run_id=None, changed=changed)
    return max(products), changed


def switch_before_comparing() -> None:
    """Put due prices into force; those that others hold are waited for, but not for ever.

    A delivery would otherwise be compared with prices of yesterday, and take the due ones away.
    """
    end = time.monotonic() + PATIENCE
    while True:
        switch_due_prices()
        if not _due(clock.now()).exists() or time.monotonic() > end:
            return
        time.sleep(PAUSE)


def _due(now: datetime) -> QuerySet[ScheduledPrice]:
    return ScheduledPrice.objects.filter(switched_at=None, valid_from__lte=timezone.localdate(now, SHOP_TIME))


def _writable(due: QuerySet[ScheduledPrice], products: Mapping[int, int]) -> list[int]:
    """Keys of the ``due`` prices of parts that nobody else is writing; ``products`` are those of locked parts.

    Whoever never waits for a row while holding another cannot end in a deadlock, whatever others lock first.
    """
    mine = due.filter(part__in=products)
    stocked = get_model("partner", "StockRecord").objects.filter(product__in=products.values())
    prices = dict(_locked(mine).values_list("pk", "part_id"))
    free = set(_locked(stocked).values_list("pk", flat=True))
    sold_meanwhile = {product for pk, product in stocked.values_list("pk", "product_id") if pk not in free}
    busy = {part for pk, part in mine.values_list("pk", "part_id") if pk not in prices}
    busy |= {part for part, product in products.items() if product in sold_meanwhile}
    return [pk for pk, part in prices.items() if part not in busy]


def _locked(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of ``rows`` that nobody else has locked. SQLite has one writer anyway."""
    if connection.vendor != "postgresql":
        return rows
    return rows.select_for_update(skip_locked=True, no_key=True, of=("self",))


def _switch(at: object, partners: Mapping[int, int], which: str) -> int:
    """Write the prices that were claimed at ``at``: history first, then the stock record, then the list price.

    ``partners`` are the keys of those who sell what the runs have scheduled: others may sell the same product.
    ``which`` is SQL that is true of the batch.
    """
    usual = records.partner_id_of(None)
    whens = " ".join(f"WHEN {run} THEN {partner}" for run, partner in partners.items() if partner != usual)
    partner = f"CASE x.run_id {whens} ELSE {usual} END" if whens else str(usual)
    mine = f"""{LATER} x JOIN {RECORD} r ON r.id = x.part_id
               WHERE x.switched_at = %s AND {which} AND NOT EXISTS (
                   SELECT 1 FROM {LATER} o WHERE o.part_id = x.part_id AND o.switched_at = x.switched_at
                   AND o.valid_from > x.valid_from)
               AND NOT EXISTS (SELECT 1 FROM {OWNER} f WHERE f.part_id = x.part_id AND f.field = 'list_price'
                   AND f.owner = 'locked')"""
    wanted = f"""SELECT x.part_id, x.run_id, r.product_id, x.list_price_cents, x.price_per, x.sale_cents,
                 {partner} AS partner_id FROM {mine}"""
    sold = "k.product_id = w.product_id AND k.partner_id = w.partner_id"
    execute(
        f"""INSERT INTO {HISTORY} (part_id, old_net_cents, new_net_cents, valid_from)
            SELECT w.part_id, {CURRENT}, w.sale_cents, %s FROM ({wanted}) w
            JOIN {stock.table()} k ON {sold} AND k.price > 0 WHERE {CURRENT} <> w.sale_cents""",
        [at, at],
    )
    _note_for_taking_back(wanted, sold, at)
    execute(
        f"""UPDATE {RECORD} AS r SET list_price_cents = w.list_price_cents FROM ({wanted}) w
            WHERE r.id = w.part_id AND r.price_per = w.price_per""",
        [at],
    )
    return execute(
        f"""UPDATE {stock.table()} AS k SET price = {stock.euros("w.sale_cents")}, date_updated = %s
            FROM ({wanted}) w WHERE {sold} AND {differs(CURRENT, "w.sale_cents")}""",
        [at, at],
    )


def _note_for_taking_back(wanted: str, sold: str, at: object) -> None:
    """What comes into force is written by the run that has delivered it: taking it back gives back what was before.

    A run that has written the part before keeps what was before then, if that is still as it left it.
    """
    pairs = {
        "price": (CURRENT, "w.sale_cents"),
        "list_price": (
            "r.list_price_cents",
            "CASE WHEN r.price_per = w.price_per THEN w.list_price_cents ELSE r.list_price_cents END",
        ),
    }
    names, values, sets = [], [], []
    for name, (old, new) in pairs.items():
        was, will = f"{UNDO}.old_{name}", f"{UNDO}.new_{name}"
        goes_on = f"{differs(was, will)} AND NOT ({differs(will, f'excluded.old_{name}')})"
        names += [f"old_{name}", f"new_{name}"]
        values += [old, new]
        sets.append(f"old_{name} = CASE WHEN {goes_on} THEN {was} ELSE excluded.old_{name} END")
        sets.append(f"new_{name} = excluded.new_{name}")
    execute(
        f"""INSERT INTO {UNDO} (run_id, part_id, changes, {", ".join(names)})
            SELECT w.run_id, w.part_id, '', {", ".join(values)} FROM ({wanted}) w
            JOIN {RUN} i ON i.id = w.run_id AND i.undo_forgotten_at IS NULL
            JOIN {RECORD} r ON r.id = w.part_id AND {differs("r.created_by_run", "w.run_id")}
            JOIN {stock.table()} k ON {sold}
            WHERE {" OR ".join(differs(old, new) for old, new in pairs.values())}
            ON CONFLICT (run_id, part_id) DO UPDATE SET {", ".join(sets)}""",
        [at],
    )
