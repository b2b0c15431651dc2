from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from dealer_import.events import StockBelowThreshold, StockRecovered
from dealer_import.exports.catalogue import money
from dealer_import.exports.reorder import low_parts, proposal
from dealer_import.models import LowStock, Supplier
from dealer_import.services.notifying import recipients
from shopflow.contracts.mail import MailClass
from shopflow.contracts.types import JSONDict
from shopflow.core import clock
from shopflow.core.links import absolute
from shopflow.core.services import publish
from shopflow.desk.services import settle_tasks
from shopflow.mailing.services import queue_message


def announce_low_stock() -> int:
    """Look at the shelf of every supplier and publish what has changed; returns at how many something has."""
    return sum(_look(pk) for pk in Supplier.objects.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _look(supplier_id: int) -> bool:
    supplier = Supplier.objects.select_for_update().get(pk=supplier_id)
    low = low_parts(supplier)
    known = set(supplier.low_parts.values_list("part_id", flat=True))
    fresh, over = low - known, known - low
    now = clock.now()
    LowStock.objects.bulk_create([LowStock(supplier=supplier, part_id=pk, since=now) for pk in fresh], batch_size=500)
    for batch in _batches(sorted(over)):
        supplier.low_parts.filter(part_id__in=batch).delete()
    if fresh:
        page = reverse("shopflow-staff:import-supplier", args=[supplier.pk])
        told = StockBelowThreshold(
            supplier_id=supplier.pk, supplier=supplier.name, parts=len(low), fresh=len(fresh), page=page
        )
        publish(told)
    elif over and not low:
        settle_tasks(about=f"reorder:{supplier.pk}", note=_("Everything is back in stock."))
        publish(StockRecovered(supplier_id=supplier.pk))
    return bool(fresh or over)


def _batches(ids: Sequence[int], size: int = 500) -> list[Sequence[int]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def send_reorder_digest(*, day: date) -> int:
    """Tell staff by one mail on ``day`` what every supplier should deliver; returns how many suppliers it names."""
    wanted = [entry for entry in map(_entry, Supplier.objects.all()) if entry["parts"]]
    if not wanted:
        return 0
    for address in recipients():
        queue_message(
            dedupe_key=f"reorder_digest:{day:%Y-%m-%d}:{address}",
            template="reorder_digest",
            to=address,
            context={"suppliers": wanted},
            mail_class=MailClass.STAFF,
            reference=f"reorder:{day:%Y-%m-%d}",
        )
    return len(wanted)


def _entry(supplier: Supplier) -> JSONDict:
    """What the mail says of one supplier: amounts are net, as on the proposal's page."""
    proposed = proposal(supplier)
    return {
        "name": supplier.name,
        "url": absolute(reverse("shopflow-staff:import-supplier", args=[supplier.pk])),
        "parts": len(proposed.lines),
        "total": money(proposed.total_cents),
        "lacking": money(proposed.lacking_cents) if proposed.lacking_cents else "",
        "unpriced": proposed.unpriced,
    }
