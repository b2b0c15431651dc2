"""Which orders count, what they are worth, and which flows they are put down to.

A sale is counted when the whole amount has arrived. What it is worth is reckoned anew whenever something happens to the
order, and daily for the orders of the last months, because money can be given back without any event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from oscar.core.loading import get_model

from oscar_ext.order.queries import order_email
from shopflow.audience.models import ContactOrder, PersonalVoucher
from shopflow.audience.services import link_order
from shopflow.automations.models import AutomationSettings, Conversion, Flow, Run, Sale
from shopflow.automations.reporting.mails import messages
from shopflow.core import clock
from shopflow.mailing.addresses import email_hash, normalise_email
from shopflow.mailing.models import MessageState

GONE = ("cancelled", "returned")
WATCHED = timedelta(days=120)
"""How long an order's worth is looked at again without an event."""

LINK_COUNTS = timedelta(days=7)
"""How long before an order the last link may have been followed."""

MANY = 500


def record_sale(*, order_id: int, paid_at: Any) -> Sale | None:
    """Count an order that has been paid and put it down to the flows it may be due to; once, however often called.

    None for an order of the shop's own people, or one that does not exist any more.
    """
    order = get_model("order", "Order")._default_manager.select_related("user").filter(pk=order_id).first()
    if order is None or getattr(order.user, "is_staff", False):
        return None
    known = Sale.objects.filter(order_id=order_id).first()
    if known is not None:
        return known
    link_order(order_id=order_id)  # where the buyer came from may not have been looked at yet
    gross, net = worth(order)
    with transaction.atomic():
        sale, created = Sale.objects.get_or_create(
            order_id=order_id,
            defaults={
                "paid_at": paid_at, "currency": order.currency, "gross_cents": gross, "net_cents": net,
                "changed_at": clock.now(),
            },
        )  # fmt: skip
        if created:
            Conversion.objects.bulk_create(_attributions(sale, order), ignore_conflicts=True)
    return sale


def restate(*, order_id: int) -> bool:
    """Reckon anew what a counted order is worth; whether that has changed."""
    sale = Sale.objects.filter(order_id=order_id).select_related("order").first()
    if sale is None:
        return False
    _gross, net = worth(sale.order)
    changed = Sale.objects.filter(pk=sale.pk).exclude(net_cents=net).update(net_cents=net, changed_at=clock.now())
    return bool(changed)


def restate_recent() -> int:
    """Reckon the orders of the last :data:`WATCHED` anew; returns how many have changed."""
    recent = Sale.objects.filter(paid_at__gte=clock.now() - WATCHED)
    changed, last = 0, 0
    while keys := list(recent.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:MANY]):
        last = keys[-1]
        changed += _restate_all(keys)
    return changed


def _restate_all(keys: list[int]) -> int:
    orders = get_model("order", "Order")._default_manager.filter(pk__in=keys).prefetch_related("lines", "sources")
    now, fresh = clock.now(), {order.pk: worth(order)[1] for order in orders}
    stale = [sale for sale in Sale.objects.filter(pk__in=keys) if sale.net_cents != fresh.get(sale.pk, sale.net_cents)]
    for sale in stale:
        sale.net_cents, sale.changed_at = fresh[sale.pk], now
    Sale.objects.bulk_update(stale, ["net_cents", "changed_at"])
    return len(stale)


def worth(order: Any) -> tuple[int, int]:
    """Cents of the order's goods: gross as ordered, and net of what is left of them.

    Lines that were cancelled or returned are gone, and money that was given back counts against the goods first,
    shipping last. Deposits and other surcharges are no revenue.
    """
    lines = list(order.lines.all())
    gross = sum((line.line_price_incl_tax for line in lines), Decimal())
    left = [line for line in lines if line.status not in GONE and order.status not in GONE]
    left_gross = sum((line.line_price_incl_tax for line in left), Decimal())
    left_net = sum((line.line_price_excl_tax for line in left), Decimal())
    refunded = sum((source.amount_refunded for source in order.sources.all()), Decimal())
    kept = max(Decimal(), min(left_gross, gross - refunded))
    net = left_net * kept / left_gross if left_gross else Decimal()
    return _cents(gross), _cents(net)


def _cents(amount: Decimal) -> int:
    return int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True)
class _Step:
    """A step of a run, as a mail's key names it."""

    run_id: int
    node: str


def _attributions(sale: Sale, order: Any) -> list[Conversion]:
    """What the sale is put down to, by each model that has something to go by."""
    return [*_by_basket(sale, order), *_by_mail(sale, order), *_by_link(sale, order), *_by_voucher(sale, order)]


def _by_basket(sale: Sale, order: Any) -> list[Conversion]:
    """Runs that were about this very basket and had written a mail before it was ordered; no guessing."""
    if not order.basket_id:
        return []
    runs = Run.objects.filter(keys__field="basket_id", keys__value=str(order.basket_id)).select_related("version")
    found: dict[int, Conversion] = {}
    for run in runs.order_by("pk"):
        mail = _sent(order).filter(dedupe_key__startswith=f"run:{run.pk}:").order_by("-accepted_at").first()
        if mail is not None:
            step = _step(mail.dedupe_key)
            found[run.flow_id] = _conversion(sale, run, step.node, Conversion.Model.SUBJECT)
    return list(found.values())


def _by_mail(sale: Sale, order: Any) -> list[Conversion]:
    """Flows whose mail the buyer had been sent within the time that the rules say; the last mail of each counts."""
    rules = AutomationSettings.objects.filter(pk=1).first() or AutomationSettings(pk=1)
    since = order.date_placed - timedelta(days=rules.influence_days)
    email = normalise_email(order_email(order))
    mails = _sent(order).filter(email_hash=email_hash(email), accepted_at__gte=since, mail_class="advertising")
    steps = [_step(key) for key in mails.order_by("-accepted_at").values_list("dedupe_key", flat=True)]
    runs = Run.objects.select_related("version").in_bulk({step.run_id for step in steps})
    found: dict[int, Conversion] = {}
    for step in steps:
        run = runs.get(step.run_id)
        if run is not None and run.flow_id not in found:
            found[run.flow_id] = _conversion(sale, run, step.node, Conversion.Model.INFLUENCED)
    return list(found.values())


def _by_link(sale: Sale, order: Any) -> list[Conversion]:
    """The flow that the address words of the buyer's last visit name, as links in its mails carry them."""
    led = ContactOrder.objects.filter(order_id=order.pk, medium__iexact="email")
    recent = led.exclude(led_at__lt=order.date_placed - LINK_COUNTS)
    code = recent.values_list("campaign", flat=True).first()
    flow = Flow.objects.filter(code=code).select_related("active_version").first() if code else None
    if flow is None:
        return []
    number = flow.active_version.number if flow.active_version else 0
    return [Conversion(sale=sale, flow=flow, version=number, model=Conversion.Model.LAST_CLICK)]


def _by_voucher(sale: Sale, order: Any) -> list[Conversion]:
    """Flows that gave a personal voucher which this order was paid less for."""
    used = order.discounts.exclude(voucher_id=None).values_list("voucher_id", flat=True)
    codes = PersonalVoucher.objects.filter(voucher_id__in=list(used)).values_list("flow", flat=True)
    return [
        Conversion(
            sale=sale, flow=flow, version=flow.active_version.number if flow.active_version else 0,
            model=Conversion.Model.COUPON,
        )
        for flow in Flow.objects.filter(code__in=set(codes)).select_related("active_version")
    ]  # fmt: skip


def _sent(order: Any) -> Any:
    """Mails of runs that had left before the order and came through; an erased person's are nobody's any more."""
    left = messages().filter(state=MessageState.ACCEPTED, accepted_at__lt=order.date_placed).exclude(to_email="")
    return left.exclude(delivery_state__in=["bounced", "rejected"])


def _step(key: str) -> _Step:
    _run, run_id, node, *_visit = key.split(":")
    return _Step(int(run_id), node)


def _conversion(sale: Sale, run: Run, node: str, model: str) -> Conversion:
    return Conversion(sale=sale, flow_id=run.flow_id, version=run.version.number, node=node, run=run, model=model)
