"""Who is told that a product is back: those who have waited longest, and no more than there are pieces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django.db.models.functions import Coalesce
from oscar.core.loading import get_class, get_model

from shopflow.audience.events import FormSubmitted
from shopflow.core import clock
from shopflow.core.services import publish
from shopflow.mailing.addresses import normalise_email
from shopflow.storefront.events import BackInStock
from shopflow.storefront.models import AlertCall
from shopflow.storefront.queries.cards import bare_products

WAVE = timedelta(days=1)
"""For so long a piece is kept in mind for whoever was told of it; then the next ones hear of what is left."""
UNCONFIRMED = timedelta(days=14)
"""Requests that nobody has confirmed are forgotten after this."""
AT_ONCE = 500
"""Products in one look; the others come with the next."""


def announce_back_in_stock() -> int:
    """Publish ``back_in_stock`` for alerts whose turn has come; returns how many there were.

    Safe to repeat: an alert is called once a day at most, and closed once its mail was written.
    """
    wanted = _waited_for()
    products = {product.pk: product for product in bare_products(wanted)} if wanted else {}
    offers = get_class("partner.strategy", "Selector")().strategy().fetch_for_products(products.values())
    buyable = [pk for pk, offer in offers.items() if offer.availability.is_available_to_buy and offer.price.exists]
    free, called = _free_pieces(buyable), _called(buyable)
    return sum(_call(pk, free.get(pk, 0) - called.get(pk, 0)) for pk in buyable)


def _waited_for() -> list[int]:
    """Products with open alerts of which pieces are free; a parent counts as its variants do."""
    record, alert = get_model("partner", "StockRecord"), get_model("customer", "ProductAlert")
    of_it = Q(product=OuterRef("product")) | Q(product__parent=OuterRef("product"))
    free = record.objects.filter(of_it, num_in_stock__gt=Coalesce(F("num_allocated"), 0))
    waiting = alert.objects.filter(Exists(free), status=alert.ACTIVE).order_by("product_id")
    return list(waiting.values_list("product_id", flat=True).distinct()[:AT_ONCE])


def _free_pieces(product_ids: Sequence[int]) -> dict[int, int]:
    """Pieces in stock that no order has taken; of a parent, those of its best variant."""
    record = get_model("partner", "StockRecord")
    left = F("num_in_stock") - Coalesce(F("num_allocated"), 0)
    own = record.objects.filter(product_id__in=product_ids).values_list("product_id")
    variants = record.objects.filter(product__parent_id__in=product_ids).values_list("product__parent_id")
    found = dict(variants.annotate(left=Max(left)))
    return found | dict(own.annotate(left=Max(left)))


def _called(product_ids: Sequence[int]) -> dict[int, int]:
    since = clock.now() - WAVE
    calls = AlertCall.objects.filter(alert__product_id__in=product_ids, called_at__gt=since)
    return dict(calls.values_list("alert__product_id").annotate(Count("pk")))


@transaction.atomic
def _call(product_id: int, pieces: int) -> int:
    """Call the next ``pieces`` alerts: those never called first, then the oldest."""
    if pieces <= 0:
        return 0
    alert, now = get_model("customer", "ProductAlert"), clock.now()
    waiting = alert.objects.filter(product_id=product_id, status=alert.ACTIVE).annotate(
        last=F("shopflow_call__called_at")
    )
    waiting = waiting.filter(Q(last=None) | Q(last__lte=now - WAVE))
    turn = waiting.order_by(F("last").asc(nulls_first=True), Coalesce("date_confirmed", "date_created"), "pk")
    return sum(_tell(row, now) for row in turn[:pieces])


def _tell(alert: Any, now: Any) -> bool:
    email = alert.get_email_address().strip().lower()
    event = BackInStock(alert_id=alert.pk, product_id=alert.product_id, email=email, user_id=alert.user_id)
    last = int(alert.last.timestamp()) if alert.last else 0
    if publish(event, source_key=f"alert:{alert.pk}:back:{last}") is None:
        return False
    AlertCall.objects.update_or_create(alert=alert, defaults={"called_at": now})
    return True


def close_alert(*, alert_id: int) -> bool:
    """The alert's one notice was written; False if it is closed or cancelled already."""
    alert = get_model("customer", "ProductAlert")
    still = alert.objects.filter(pk=alert_id, status=alert.ACTIVE)
    return bool(still.update(status=alert.CLOSED, date_closed=clock.now()))


def forget_unconfirmed_alerts() -> int:
    """Remove requests of guests that nobody has confirmed; returns how many there were."""
    alert = get_model("customer", "ProductAlert")
    old = alert.objects.filter(status=alert.UNCONFIRMED, date_created__lt=clock.now() - UNCONFIRMED)
    count, _by_model = old.delete()
    return int(count)


def announce_alert_form(*, alert: Any) -> None:
    """Publish ``form_submitted`` for an alert whose address is confirmed or that of an account, once."""
    email = (alert.user.email if alert.user_id else alert.email) or ""
    if alert.status != alert.ACTIVE or not email:
        return
    event = FormSubmitted(
        form="stock_alert", email=normalise_email(email), user_id=alert.user_id, product_id=alert.product_id
    )
    with transaction.atomic():
        publish(event, source_key=f"alert:{alert.pk}:form")
