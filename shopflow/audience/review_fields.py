"""What contacts can be sorted by because they have written reviews.

Only reviews of accounts count: anybody may type any address under an anonymous one. Of contacts without an account
nothing is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shopflow.audience.fields import add_field
from shopflow.contracts.segments import FieldKind

REVIEWS = _("Reviews")


def standing_reviews() -> QuerySet[Any]:
    """Reviews of accounts that were not refused; those that wait to be looked at count."""
    model = get_model("reviews", "ProductReview")
    reviews: QuerySet[Any] = model._default_manager.filter(user__isnull=False).exclude(status=model.REJECTED).order_by()
    return reviews


def _mine() -> QuerySet[Any]:
    return standing_reviews().filter(user=OuterRef("user_id"))


def _count() -> Any:
    counted = Subquery(_mine().values("user").annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return Case(When(user__isnull=False, then=Coalesce(counted, 0)), output_field=IntegerField())


def _last() -> Any:
    latest = _mine().values("user").annotate(latest=Max("date_created")).values("latest")
    return Subquery(latest, output_field=DateTimeField())


def _products(values: Sequence[str]) -> Any:
    goods = Q(product__upc__in=values) | Q(product__children__upc__in=values)
    return Exists(_mine().filter(goods) if values else _mine())


add_field(
    code="reviews_count",
    label=_("number of reviews"),
    description=_("How many reviews the contact has written when signed in, refused ones left out."),
    group=REVIEWS,
    kind=FieldKind.NUMBER,
    value=_count,
)
add_field(
    code="reviews_last",
    label=_("last review"),
    description=_("When the contact has written the latest review when signed in."),
    group=REVIEWS,
    kind=FieldKind.MOMENT,
    value=_last,
)
add_field(
    code="reviewed_products",
    label=_("has reviewed article numbers"),
    description=_("The article numbers that the contact has reviewed when signed in."),
    group=REVIEWS,
    kind=FieldKind.MANY,
    holds=_products,
)
