from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shopflow.automations.purchases import reviewable_products
from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.types import JSONDict, Scalar
from shopflow.core.links import absolute


@mail_contexts.register
class ReviewLinks(MailContext):
    """``review_links``: title and address of the review page of each product of the order that is still on sale."""

    code = "review_links"
    label = _("Links to review the ordered products")
    needs = frozenset({"order_id"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        order_id = int(subject["order_id"] or 0)
        products = reviewable_products([order_id]).get(order_id, [])
        return {"review_links": [{"title": product.get_title(), "url": _review_url(product)} for product in products]}


def _review_url(product: Any) -> str:
    slug, pk = product.slug, product.pk
    return absolute(reverse("catalogue:reviews-add", kwargs={"product_slug": slug, "product_pk": pk}))
