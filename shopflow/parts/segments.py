"""The brands that contacts have bought, for segments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shopflow.audience.order_fields import ORDERS, bought
from shopflow.contracts.segments import FieldKind, SegmentField, segment_fields
from shopflow.contracts.types import Label
from shopflow.parts.models import Brand

MOST_CHOICES = 500


@segment_fields.register
class BoughtBrands(SegmentField):
    """Brands by name, as they stand on the parts today."""

    code = "bought_brands"
    label = _("has bought brands")
    description = _("The brands of the parts in the contact's orders, cancelled and returned ones left out.")
    group = ORDERS
    kind = FieldKind.MANY

    def expression(self) -> Any:
        return None

    def choices(self) -> Sequence[tuple[str, Label]]:
        return [(name, name) for name in Brand.objects.order_by("name").values_list("name", flat=True)[:MOST_CHOICES]]

    def holds(self, values: Sequence[str]) -> Any:
        brands = "product__part_record__brand"
        return bought(Q(**{f"{brands}__name__in": values}) if values else Q(**{f"{brands}__isnull": False}))
