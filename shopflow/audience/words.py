"""Words that automations' mails use about contacts, goods and reviews."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shopflow.audience import queries
from shopflow.audience.links import stay_url
from shopflow.audience.order_fields import UNDONE
from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.types import JSONDict, Scalar
from shopflow.core.links import absolute

SHOWN = 3


@mail_contexts.register
class ContactWords(MailContext):
    """``customer_name``; ``stay_url``, where the person says that they are still interested; ``catalogue_url`` and
    ``vehicle_url``, where a vehicle is chosen.
    """

    code = "contact"
    label = _("Contact")
    needs = frozenset({"email"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        contact = queries.contact_of(str(subject["email"] or ""))
        goods = absolute(reverse("catalogue:index"))
        return {
            "customer_name": "" if contact is None else contact.name or _full_name(contact),
            "stay_url": "" if contact is None else stay_url(contact),
            "catalogue_url": goods,
            "vehicle_url": _vehicle_url() or goods,
        }


def _full_name(contact: Any) -> str:
    return str(contact.user.get_full_name()) if contact.user_id else ""


def _vehicle_url() -> str:
    try:
        return absolute(reverse("parts-vehicle"))
    except NoReverseMatch:  # a shop without the room of parts
        return ""


@mail_contexts.register
class NewGoods(MailContext):
    """``goods``: title and address of the newest products on sale; of the categories that count as similar goods,
    where staff have chosen any, so that the mail keeps to § 7 (3) No. 2 UWG.
    """

    code = "new_goods"
    label = _("New products")

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        return {"goods": [_named(product) for product in queries.new_goods(limit=SHOWN)]}


def _named(product: Any) -> JSONDict:
    return {"title": product.get_title(), "url": absolute(product.get_absolute_url())}


@mail_contexts.register
class LatestReviews(MailContext):
    """``reviews``: the newest published reviews, whatever their stars, each with ``score``, ``product``, ``text``,
    ``url`` and ``bought``: whether the author's account holds a purchase of it (§ 5b (3) UWG).
    """

    code = "reviews"
    label = _("Latest reviews")

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        model = get_model("reviews", "ProductReview")
        lines = get_model("order", "Line").objects.filter(order__user=OuterRef("user"), product=OuterRef("product"))
        bought = Exists(lines.exclude(order__status__in=UNDONE))
        found = model.objects.approved().filter(product__is_public=True).annotate(bought=bought)
        newest = found.select_related("product").order_by("-date_created", "-pk")[:SHOWN]
        return {"reviews": [_told(review) for review in newest]}


def _told(review: Any) -> JSONDict:
    product = review.product
    page = reverse("catalogue:reviews-list", kwargs={"product_slug": product.slug, "product_pk": product.pk})
    return {
        "score": review.score,
        "product": product.get_title(),
        "text": review.body,
        "url": absolute(page),
        "bought": review.bought,
    }
