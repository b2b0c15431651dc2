from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dealer_import.events import SupplierOrdered
from dealer_import.exports.catalogue import money
from dealer_import.exports.reorder import ProposedLine, proposal
from dealer_import.exports.tables import csv_file
from dealer_import.files import keep_stream
from dealer_import.models import Supplier, SupplierOrder
from shopflow.contracts.mail import Attachment, MailClass
from shopflow.core import clock
from shopflow.core.services import audit, publish
from shopflow.desk.services import settle_tasks
from shopflow.mailing.services import queue_message

COLUMNS = ("Marke", "Teile-Nr", "Bezeichnung", "Menge", "Verpackungseinheit", "EK netto", "Wert netto")


class NothingToOrder(Exception):
    """The list is empty, was sent a moment ago, or the supplier has no e-mail address; the message says which."""


def save_supplier(*, form: Any, actor: Any) -> Supplier:
    """Keep a supplier as its checked form has filled it."""
    with transaction.atomic():
        supplier: Supplier = form.save()
        audit(actor=actor, action="supplier_saved", target=supplier, summary=supplier.name)
    return supplier


def send_supplier_order(
    *, supplier_id: int, quantities: Mapping[int, int], actor: Any, seen: int | None = None
) -> SupplierOrder:
    """Send the supplier the list that staff have confirmed: ``quantities`` are pieces by part, zero leaves it out.

    Only parts of the present proposal are ordered. The list is kept and goes out as CSV through the shop's one gate
    for mail, after the commit. ``seen`` is the newest list that the sender knows of, zero for none: if there is another
    one, somebody was quicker or has pressed twice. Raises :class:`NothingToOrder`.
    """
    with transaction.atomic():
        supplier = Supplier.objects.select_for_update().get(pk=supplier_id)
        if seen is not None and SupplierOrder.objects.filter(supplier=supplier, pk__gt=seen).exists():
            told = _("A list was sent meanwhile; it stands below. Send again only if you need these pieces as well.")
            raise NothingToOrder(told)
        chosen = [(line, quantities.get(line.part_id, 0)) for line in proposal(supplier).lines]
        chosen = [(line, quantity) for line, quantity in chosen if quantity > 0]
        if not chosen:
            raise NothingToOrder(_("The list is empty. Enter how many pieces you need."))
        if not supplier.email:
            raise NothingToOrder(_("The supplier has no e-mail address. Enter it, or send the CSV file yourself."))
        order = _keep(supplier, chosen, actor)
        _mail(order, supplier)
        audit(actor=actor, action="supplier_order_sent", target=order, summary=f"{order}: {len(order.lines)}")
        publish(SupplierOrdered(supplier_id=supplier.pk, supplier_order_id=order.pk))
        settle_tasks(about=f"reorder:{supplier.pk}", note=_("An order was sent."), actor=actor)
    return order


def _keep(supplier: Supplier, chosen: list[tuple[ProposedLine, int]], actor: Any) -> SupplierOrder:
    rows = list(order_rows(chosen))
    body = b"".join(csv_file(COLUMNS, rows))
    return SupplierOrder.objects.create(
        supplier=supplier,
        lines=rows,
        total_cents=sum(line.value(quantity) for line, quantity in chosen),
        stored_file=keep_stream(io.BytesIO(body), name="nachbestellung.csv"),
        sent_to=supplier.email,
        sent_by=actor,
        sent_at=clock.now(),
    )


def order_rows(chosen: Iterable[tuple[ProposedLine, int]]) -> Iterable[list[str]]:
    """The lines as they stand in the file."""
    for line, quantity in chosen:
        value = money(line.value(quantity)) if line.cost_cents is not None else ""
        amounts = [str(quantity), str(line.pack), line.piece_cost, value]
        yield [line.brand, line.number, line.title, *amounts]


def _mail(order: SupplierOrder, supplier: Supplier) -> None:
    queue_message(
        dedupe_key=f"supplier_order:{order.pk}",
        template="supplier_order",
        to=supplier.email,
        context={
            "supplier_name": supplier.name,
            "customer_number": supplier.customer_number,
            "lines": order.lines,
            "total": money(order.total_cents),
        },
        mail_class=MailClass.TRANSACTIONAL,
        attachments=[Attachment("nachbestellung.csv", "text/csv", order.stored_file)],
        reference=f"supplier_order:{order.pk}",
    )
