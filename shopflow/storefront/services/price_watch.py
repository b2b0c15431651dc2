"""Requests to be told when a product becomes cheaper, and who is told."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language

from shopflow.audience.events import FormSubmitted
from shopflow.contracts.automations import takes_people_in
from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.core.links import absolute
from shopflow.core.services import publish
from shopflow.mailing.addresses import normalise_email
from shopflow.mailing.services import queue_message
from shopflow.storefront.events import PriceDropped
from shopflow.storefront.models import PriceWatch
from shopflow.storefront.queries.cards import bare_products
from shopflow.storefront.queries.price_drops import OnSale, PriceDrop, drop_of, on_sale, price_drops

FLOW = "price_watch"
UNCONFIRMED = timedelta(days=14)
"""Requests that nobody has confirmed are forgotten after this."""
LASTS = timedelta(days=365)
"""A request ends by itself: nobody waits longer for a price."""


@transaction.atomic
def watch_price(*, product_id: int, email: str, user_id: int | None = None) -> PriceWatch | None:
    """Remember who wants to hear when the product becomes cheaper; None when it has no price that could fall.

    Somebody signed in is on the list at once; a guest gets one mail to confirm the address, and nothing but that.
    Asked again nothing changes.
    """
    offered = on_sale([product_id]).get(product_id)
    if offered is None:
        return None
    now = clock.now()
    account = {"user_id": user_id, "confirmed_at": now} if user_id else {}
    watch, created = PriceWatch.objects.get_or_create(
        product_id=product_id,
        email=normalise_email(email),
        defaults={
            "net_cents": offered.net_cents,
            "created_at": now,
            **account,
        },
    )
    if user_id and (created or watch.confirmed_at is None):
        PriceWatch.objects.filter(pk=watch.pk).update(**account)
        _announce_form(watch, user_id)
    elif created and not user_id:
        _ask(watch)
    return watch


def _ask(watch: PriceWatch) -> None:
    product = bare_products([watch.product_id]).get()
    queue_message(
        dedupe_key=f"price-watch:{watch.key}",
        template="price_watch_confirm",
        to=watch.email,
        context={
            "product_title": product.get_title(),
            "product_url": absolute(product.get_absolute_url()),
            "confirm_url": watch_url(watch),
        },
        mail_class=MailClass.TRANSACTIONAL,
        language=(get_language() or "de")[:2],
        reference=f"price-watch:{watch.pk}",
    )


def watch_url(watch: PriceWatch) -> str:
    """The absolute address of the page that confirms and ends the request."""
    return absolute(reverse("shopflow-price-watch", args=[watch.key]))


@transaction.atomic
def confirm_watch(*, key: uuid.UUID) -> bool:
    """The guest's address is theirs; False when there is no such request, or it was confirmed before."""
    if not PriceWatch.objects.filter(key=key, confirmed_at=None).update(confirmed_at=clock.now()):
        return False
    watch = PriceWatch.objects.get(key=key)
    _announce_form(watch, watch.user_id)
    return True


def _announce_form(watch: PriceWatch, user_id: int | None) -> None:
    event = FormSubmitted(form="price_watch", email=watch.email, user_id=user_id, product_id=watch.product_id)
    publish(event, source_key=f"watch:{watch.pk}:form")


def end_watch(*, key: uuid.UUID) -> bool:
    """Forget the request; False when there is none."""
    return bool(PriceWatch.objects.filter(key=key).delete()[0])


def note_told(*, watch_id: int) -> bool:
    """The price that the person was written of is the one they know from now on; False when it has not fallen."""
    watch = PriceWatch.objects.filter(pk=watch_id).first()
    drop = None if watch is None else drop_of(watch)
    if drop is None:
        return False
    changed = PriceWatch.objects.filter(pk=watch_id, net_cents=drop.watch.net_cents)
    return bool(changed.update(net_cents=drop.now, told_at=clock.now()))


def announce_price_drops() -> int:
    """Publish ``price_dropped`` for everybody whose price has fallen and who can buy at it; returns how many.

    Nothing is published while the automation is off, so that nobody's request is used up unheard. Safe to repeat: each
    change of a price is announced to each person once.
    """
    if not takes_people_in(FLOW):
        return 0
    drops = price_drops()
    offered = on_sale({drop.watch.product_id for drop in drops}) if drops else {}
    return sum(_announce(drop) for drop in drops if OnSale(drop.now, True) == offered.get(drop.watch.product_id))


def _announce(drop: PriceDrop) -> bool:
    watch = drop.watch
    event = PriceDropped(
        watch_id=watch.pk, product_id=watch.product_id, net_cents=drop.now, email=watch.email, user_id=watch.user_id
    )
    with transaction.atomic():
        return publish(event, source_key=f"watch:{watch.pk}:price:{drop.change_id}") is not None


def forget_old_watches() -> int:
    """Remove requests that nobody has confirmed, and those that are a year old; returns how many there were."""
    now = clock.now()
    unconfirmed = PriceWatch.objects.filter(confirmed_at=None, created_at__lt=now - UNCONFIRMED)
    over = PriceWatch.objects.filter(created_at__lt=now - LASTS)
    return int(unconfirmed.delete()[0] + over.delete()[0])
