"""What to reorder from a supplier: parts of its brands that run low, in whole packs, with what that would cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from oscar.core.loading import get_model

from dealer_import.models import Supplier
from shopflow.parts.models import PartRecord

MOST = 500
"""Lines of one proposal; more are proposed once these have been ordered."""


@dataclass(frozen=True)
class ProposedLine:
    """``available`` is what is in stock and not promised to customers; ``quantity`` is in pieces, whole packs.

    ``cost_cents`` is the net cost of ``price_per`` pieces; None where it is not known.
    """

    part_id: int
    number: str
    brand: str
    title: str
    available: int
    threshold: int
    pack: int
    quantity: int
    cost_cents: int | None
    price_per: int = 1

    @property
    def piece_cost(self) -> str:
        """Net cost of one piece in euros, exactly: ``0,0345`` for goods of 3,45 a hundred. Empty if it is not known."""
        if self.cost_cents is None:
            return ""
        places = 1 + len(str(self.price_per))
        whole = self.cost_cents * 10**places // (100 * self.price_per)
        euros, rest = divmod(whole, 10**places)
        return f"{euros},{f'{rest:0{places}d}'.rstrip('0'):0<2}"

    @property
    def sum_cents(self) -> int:
        """Net value of the line; zero where the cost is not known."""
        return self.value(self.quantity)

    def value(self, quantity: int) -> int:
        """Net value of so many pieces in cents, rounded half up."""
        return (2 * (self.cost_cents or 0) * quantity + self.price_per) // (2 * self.price_per)


@dataclass(frozen=True)
class Proposal:
    """Everything that a supplier should deliver, and whether it reaches the supplier's minimum."""

    supplier: Supplier
    lines: Sequence[ProposedLine]

    @property
    def total_cents(self) -> int:
        return sum(line.sum_cents for line in self.lines)

    @property
    def lacking_cents(self) -> int:
        """How much is missing to the minimum order value."""
        return max(0, self.supplier.min_order_cents - self.total_cents)

    @property
    def unpriced(self) -> int:
        """Lines whose cost is not known and that the sum therefore leaves out."""
        return sum(line.cost_cents is None for line in self.lines)


def proposal(supplier: Supplier) -> Proposal:
    """The proposal as the shelf stands now; two queries."""
    return Proposal(supplier, [_line(record, supplier) for record in _low_records(supplier)[:MOST]])


def low_parts(supplier: Supplier) -> set[int]:
    """Ids of all the supplier's parts below their threshold, however many; one query."""
    return set(_low_records(supplier).order_by().values_list("product__part_record__pk", flat=True))


def _low_records(supplier: Supplier) -> QuerySet[object]:
    """Stock records that hold less than their threshold; their own comes before the supplier's."""
    model = get_model("partner", "StockRecord")
    return (
        model.objects.filter(
            product__part_record__brand__in=supplier.brands.all(),
            product__part_record__missing=False,
            product__part_record__status=PartRecord.Status.ACTIVE,
            num_in_stock__isnull=False,
        )
        .annotate(
            left=F("num_in_stock") - Coalesce(F("num_allocated"), 0),
            bound=Coalesce(F("low_stock_threshold"), supplier.threshold),
        )
        .filter(left__lt=F("bound"))
        .select_related("product__part_record__brand")
        .order_by("product__part_record__brand__name", "product__part_record__number_key")
    )


def _line(record: object, supplier: Supplier) -> ProposedLine:
    part: PartRecord = record.product.part_record  # type: ignore[attr-defined]
    left, bound = int(record.left), int(record.bound)  # type: ignore[attr-defined]
    pack = max(part.pack_qty, 1)
    target = max(supplier.target, bound)
    pieces = (target - left) * (part.sales_qty if part.price_per > 1 else 1)
    return ProposedLine(
        part_id=part.pk,
        number=part.number_display,
        brand=part.brand.name,
        title=part.product.title,
        available=left,
        threshold=bound,
        pack=pack,
        quantity=-(-pieces // pack) * pack,
        cost_cents=part.cost_cents,
        price_per=part.price_per,
    )
