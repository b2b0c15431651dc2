from __future__ import annotations

from collections.abc import Mapping

from django.db import connection, transaction
from django.utils import timezone

from dealer_import.apply import stock
from dealer_import.models import FieldOwner, ImportRun, ScheduledPrice
from dealer_import.services import records
from dealer_import.services.running import SHOP_TIME
from shopflow.core import clock
from shopflow.parts.models import PartRecord, PriceHistory
from shopflow.parts.services import announce_change
from shopflow.parts.services.sql import differs, execute

LATER, RECORD = ScheduledPrice._meta.db_table, PartRecord._meta.db_table
OWNER, HISTORY = FieldOwner._meta.db_table, PriceHistory._meta.db_table
CURRENT = "CAST(ROUND(k.price * 100) AS integer)"


@transaction.atomic
def switch_due_prices() -> int:
    """Put prices into force whose day has begun in the shop's time zone; returns how many parts changed their price.

    Each scheduled price is claimed by its ``switched_at`` in the transaction that writes it, so that it takes effect
    once. Of several days that have passed, the last one counts. A price that staff have locked stays.
    """
    now = clock.now()
    due = ScheduledPrice.objects.filter(switched_at=None, valid_from__lte=timezone.localdate(now, SHOP_TIME))
    if connection.vendor == "postgresql":
        due = due.select_for_update(skip_locked=True)
    keys = list(due.values_list("pk", flat=True))
    if not keys:
        return 0
    claimed = ScheduledPrice.objects.filter(pk__in=keys, switched_at=None)
    claimed.update(switched_at=now)
    runs = ImportRun.objects.filter(pk__in=ScheduledPrice.objects.filter(pk__in=keys).values("run"))
    changed = _switch(
        connection.ops.adapt_datetimefield_value(now),
        {run.pk: records.partner_id_of(run) for run in runs.only("profile_tables")},
    )
    if changed:
        announce_change(run_id=None, changed=changed)
    return changed


def _switch(at: object, partners: Mapping[int, int]) -> int:
    """Write the prices that were claimed at ``at``: history first, then the stock record, then the list price.

    ``partners`` are the keys of those who sell what the runs have scheduled: others may sell the same product.
    """
    usual = records.partner_id_of(None)
    whens = " ".join(f"WHEN {run} THEN {partner}" for run, partner in partners.items() if partner != usual)
    partner = f"CASE x.run_id {whens} ELSE {usual} END" if whens else str(usual)
    mine = f"""{LATER} x JOIN {RECORD} r ON r.id = x.part_id
               WHERE x.switched_at = %s AND NOT EXISTS (
                   SELECT 1 FROM {LATER} o WHERE o.part_id = x.part_id AND o.switched_at = x.switched_at
                   AND o.valid_from > x.valid_from)
               AND NOT EXISTS (SELECT 1 FROM {OWNER} f WHERE f.part_id = x.part_id AND f.field = 'list_price'
                   AND f.owner = 'locked')"""
    wanted = f"""SELECT x.part_id, r.product_id, x.list_price_cents, x.price_per, x.sale_cents, {partner} AS partner_id
                 FROM {mine}"""
    sold = "k.product_id = w.product_id AND k.partner_id = w.partner_id"
    execute(
        f"""INSERT INTO {HISTORY} (part_id, old_net_cents, new_net_cents, valid_from)
            SELECT w.part_id, {CURRENT}, w.sale_cents, %s FROM ({wanted}) w
            JOIN {stock.table()} k ON {sold} AND k.price > 0 WHERE {CURRENT} <> w.sale_cents""",
        [at, at],
    )
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
