"""What contacts can be sorted by because they have bought: counts, sums, dates, goods, countries."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    DecimalField,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shopflow.audience.fields import add_field
from shopflow.audience.models import ContactOrder
from shopflow.contracts.payments import payment_methods
from shopflow.contracts.segments import AmountUnit, FieldKind
from shopflow.contracts.types import Label
from shopflow.core.paging import whole_number

ORDERS = _("Orders")
UNDONE = ("cancelled", "returned")
"""Orders that came to nothing. They are not counted."""
MOST_CHOICES = 500


def _standing() -> Any:
    return ContactOrder.objects.filter(contact=OuterRef("pk")).exclude(order__status__in=UNDONE).order_by()


def _aggregate(function: Any, output: Any) -> Any:
    grouped = _standing().values("contact").annotate(worth=function).values("worth")
    return Subquery(grouped, output_field=output)


def _net() -> Any:
    net = Sum(F("order__total_excl_tax") - F("order__shipping_excl_tax"))
    money = DecimalField(max_digits=14, decimal_places=2)
    return Coalesce(_aggregate(net, money), Value(Decimal("0.00"), output_field=money))


def _count() -> Any:
    return Coalesce(_aggregate(Count("pk"), IntegerField()), 0)


def bought(wanted: Q) -> Any:
    """Whether a contact has bought a line like that, in an order that was not undone; for other rooms' fields, too."""
    lines = get_model("order", "Line").objects.filter(wanted, order__contact_link__contact=OuterRef("pk"))
    return Exists(lines.exclude(order__status__in=UNDONE).order_by())


def _products(values: Sequence[str]) -> Any:
    return bought(Q(upc__in=values) | Q(partner_sku__in=values) if values else Q())


def in_categories(keys: Sequence[str | int], products: str = "product") -> Q:
    """Rows whose product, or its parent, stands in one of these categories or anywhere below.

    ``products`` is the way from a row to its product; empty for products themselves.
    """
    wanted = [key for key in keys if whole_number(str(key)) is not None]
    paths = list(get_model("catalogue", "Category").objects.filter(pk__in=wanted).values_list("path", flat=True))
    if not paths:
        return Q(pk__in=[])
    below = get_model("catalogue", "Category").objects.filter(reduce(or_, [Q(path__startswith=p) for p in paths]))
    sorted_in = get_model("catalogue", "ProductCategory").objects.filter(category__in=below.values("pk"))
    found = sorted_in.values("product")
    own, parent = (f"{products}__in", f"{products}__parent__in") if products else ("pk__in", "parent__in")
    return Q(**{own: found}) | Q(**{parent: found})


def _categories(values: Sequence[str]) -> Any:
    return bought(in_categories(values) if values else Q(product__isnull=False))


def category_choices() -> list[tuple[str, Label]]:
    """Categories by their keys, indented by their depth."""
    rows = get_model("catalogue", "Category").objects.order_by("path").values_list("pk", "name", "depth")
    return [(str(pk), f"{'– ' * (depth - 1)}{name}") for pk, name, depth in rows[:MOST_CHOICES]]


def _any_order(path: str) -> Any:
    def holds(values: Sequence[str]) -> Any:
        rows = ContactOrder.objects.filter(contact=OuterRef("pk")).order_by()
        return Exists(rows.filter(**{f"{path}__in": values} if values else {f"{path}__isnull": False}))

    return holds


def country_choices() -> list[tuple[str, Label]]:
    """Countries by their two letters."""
    rows = get_model("address", "Country").objects.order_by("printable_name")
    return [(code, name) for code, name in rows.values_list("iso_3166_1_a2", "printable_name")]


def first_order() -> Any:
    """When a contact placed the first order that was not undone."""
    return _aggregate(Min("placed_at"), DateTimeField())


def last_order() -> Any:
    """When a contact placed the latest order that was not undone."""
    return _aggregate(Max("placed_at"), DateTimeField())


def _return_rate() -> Any:
    """Of a hundred orders that were not cancelled, so many came back; NULL for people without orders."""
    mine = ContactOrder.objects.filter(contact=OuterRef("pk")).exclude(order__status="cancelled").order_by()
    back = Count("pk", filter=Q(order__status="returned"))
    rated = mine.values("contact").annotate(worth=back * 100 / Count("pk")).values("worth")
    return Subquery(rated, output_field=IntegerField())


add_field(
    code="orders_count",
    label=_("number of orders"),
    description=_("How many orders the contact has placed, cancelled and returned ones left out."),
    group=ORDERS,
    kind=FieldKind.NUMBER,
    value=_count,
)
add_field(
    code="orders_net",
    label=_("net sum of orders"),
    description=_("What the orders came to without tax, shipping, cancelled and returned orders."),
    group=ORDERS,
    kind=FieldKind.NUMBER,
    amount_in=AmountUnit.WHOLE,
    value=_net,
)
add_field(
    code="orders_first",
    label=_("first order"),
    description=_("When the contact placed the first order that was neither cancelled nor returned."),
    group=ORDERS,
    kind=FieldKind.MOMENT,
    value=first_order,
)
add_field(
    code="orders_last",
    label=_("last order"),
    description=_("When the contact placed the latest order that was neither cancelled nor returned."),
    group=ORDERS,
    kind=FieldKind.MOMENT,
    value=last_order,
)
add_field(
    code="return_rate",
    label=_("orders sent back in percent"),
    description=_("How many of a hundred orders came back, cancelled ones left out."),
    group=ORDERS,
    kind=FieldKind.NUMBER,
    value=_return_rate,
)
add_field(
    code="bought_products",
    label=_("has bought article numbers"),
    description=_("The article numbers in the contact's orders."),
    group=ORDERS,
    kind=FieldKind.MANY,
    holds=_products,
)
add_field(
    code="bought_categories",
    label=_("has bought from categories"),
    description=_("The categories of the goods in the contact's orders, with everything below them."),
    group=ORDERS,
    kind=FieldKind.MANY,
    holds=_categories,
    choices=category_choices,
)
add_field(
    code="order_countries",
    label=_("countries of delivery"),
    description=_("The countries that the contact's orders went to."),
    group=ORDERS,
    kind=FieldKind.MANY,
    holds=_any_order("order__shipping_address__country"),
    choices=country_choices,
)
add_field(
    code="order_payment_methods",
    label=_("payment methods used"),
    description=_("How the contact has paid for orders."),
    group=ORDERS,
    kind=FieldKind.MANY,
    holds=_any_order("order__sources__source_type__code"),
    choices=lambda: payment_methods.choices(),
)
add_field(
    code="order_statuses",
    label=_("statuses of orders"),
    description=_("The statuses that the contact's orders have now."),
    group=ORDERS,
    kind=FieldKind.MANY,
    holds=_any_order("order__status"),
    choices=lambda: [(status, status) for status in get_model("order", "Order").all_statuses()],
)
