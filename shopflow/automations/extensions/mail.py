from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

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
        lines = get_model("order", "Line")._default_manager.filter(order_id=subject["order_id"])
        links: dict[int, JSONDict] = {}
        for line in lines.select_related("product__parent").order_by("pk"):
            product = line.product.parent or line.product if line.product else None
            if product is not None and product.is_public:
                links.setdefault(product.pk, {"title": product.get_title(), "url": _review_url(product)})
        return {"review_links": list(links.values())}


def _review_url(product: object) -> str:
    slug, pk = product.slug, product.pk  # type: ignore[attr-defined]
    return absolute(reverse("catalogue:reviews-add", kwargs={"product_slug": slug, "product_pk": pk}))
