"""Prices and availability as a German shop shows them.

A stock record's price is net. The price on the shelf is net plus German VAT, rounded to the cent, and stays the same
wherever the goods go; the VAT share in it is what :mod:`shopflow.tax` decides for the purchase.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.functional import cached_property
from oscar.apps.partner import strategy as stock
from oscar.core.loading import get_class, get_model

from oscar_ext.partner.prices import GrossPrice
from shopflow.contracts.prices import PriceTier, quantity_prices
from shopflow.tax.queries import Situation, tax_classes
from shopflow.tax.rates import MARGIN, STANDARD, ZERO, gross_price, net_unit_price

Unavailable = get_class("partner.availability", "Unavailable")
UnavailablePrice = get_class("partner.prices", "Unavailable")
PurchaseInfo = stock.PurchaseInfo


class Selector(stock.Selector):
    """Gives every request the shop's one strategy; ``destination`` is the country where the purchase is taxed."""

    def strategy(self, request: Any = None, user: Any = None, *, destination: str = "", **_: Any) -> Strategy:
        return Strategy(request, destination=destination)


class Strategy(stock.UseFirstStockRecord, stock.StockRequired, stock.Structured):
    """Prices including VAT, availability by stock minus allocations. Lives for one request and reads facts once.

    ``purchase_net`` is the net value of the whole purchase, which decides whether it passes the EU threshold.
    """

    def __init__(self, request: Any = None, *, destination: str = "", purchase_net: Decimal = ZERO) -> None:
        super().__init__(request)
        self.destination = destination
        self.purchase_net = purchase_net
        self._tax_classes: dict[int, str] = {}
        self._tiers: dict[int, list[PriceTier]] = {}

    @cached_property
    def situation(self) -> Situation:
        return Situation(destination=self.destination)

    @cached_property
    def _product_classes(self) -> dict[int, Any]:
        return get_model("catalogue", "ProductClass").objects.in_bulk()

    def fetch_for_line(self, line: Any, stockrecord: Any = None) -> Any:
        """A basket line's price; the first line asked for reads the tax classes of the whole basket."""
        if line.product_id not in self._tax_classes:
            self._know_products([line.product, *(sibling.product for sibling in line.basket.all_lines())])
        self._attach_class(line.product)
        stockrecord = stockrecord or line.stockrecord
        info = self.fetch_for_product(line.product, stockrecord)
        net = self._net_of_quantity(line, stockrecord)
        if net is None:
            return info
        return PurchaseInfo(self._gross_price(line.product, stockrecord, net), info.availability, info.stockrecord)

    def fetch_for_product(self, product: Any, stockrecord: Any = None) -> Any:
        """A product's price and availability; a parent is priced by its cheapest child that can be bought."""
        if product.is_parent:
            return self.fetch_for_parent(product)
        self._attach_class(product)
        return super().fetch_for_product(product, stockrecord)

    def fetch_for_products(self, products: Iterable[Any]) -> dict[int, Any]:
        """Prices and availability of a list page by product id, in a number of queries that does not grow with it."""
        listed = list(products)
        prefetch_related_objects(listed, "stockrecords")
        prefetch_related_objects([p for p in listed if p.is_child], "parent")
        parents = [product for product in listed if product.is_parent]
        prefetch_related_objects(parents, "children__stockrecords")
        children = [child for parent in parents for child in parent.children.all()]
        self._know_tax_classes({product.pk for product in [*listed, *children]})
        return {product.pk: self.fetch_for_product(product) for product in listed}

    def select_children_stockrecords(self, product: Any) -> list[tuple[Any, Any]]:
        if "children" not in getattr(product, "_prefetched_objects_cache", {}):
            prefetch_related_objects([product], "children__stockrecords")
        children = [child for child in product.children.all() if child.is_public]
        self._know_tax_classes({child.pk for child in children} - self._tax_classes.keys())
        for child in children:
            child.parent = product
            self._attach_class(child)
        return [(child, self.select_stockrecord(child)) for child in children]

    def pricing_policy(self, product: Any, stockrecord: Any) -> Any:
        if stockrecord is None or stockrecord.price is None:
            return UnavailablePrice()
        return self._gross_price(product, stockrecord, stockrecord.price)

    def _gross_price(self, product: Any, stockrecord: Any, net: Decimal) -> Any:
        tax_class = self._tax_class(product)
        gross = gross_price(net, self.situation.shelf_rate(tax_class))
        treatment = self.situation.treatment(
            tax_class, is_service=not product.is_shipping_required, net=self.purchase_net
        )
        return GrossPrice(currency=stockrecord.price_currency, gross=gross, treatment=treatment)

    def availability_policy(self, product: Any, stockrecord: Any) -> Any:
        """As Oscar's, but what was hidden or lost its price meanwhile cannot be bought from a basket that holds it."""
        if not product.is_public or (product.is_child and not product.parent.is_public):
            return Unavailable()
        if stockrecord is not None and stockrecord.price is None:
            return Unavailable()
        return super().availability_policy(product, stockrecord)

    def parent_pricing_policy(self, product: Any, children_stock: Sequence[tuple[Any, Any]]) -> Any:
        offers = [(self.pricing_policy(*pair), self.availability_policy(*pair)) for pair in children_stock]
        priced = [(price, availability) for price, availability in offers if price.exists]
        buyable = [price for price, availability in priced if availability.is_available_to_buy]
        prices = buyable or [price for price, _ in priced]
        return min(prices, key=lambda price: price.incl_tax, default=UnavailablePrice())

    def _know_tiers(self, product_ids: set[int]) -> None:
        self._tiers.update({product_id: [] for product_id in product_ids})
        for source in quantity_prices:
            for product_id, tiers in source.tiers(sorted(product_ids)).items():
                self._tiers[product_id].extend(tiers)

    def _net_of_quantity(self, line: Any, stockrecord: Any) -> Decimal | None:
        """The net price of one piece that the line's quantity allows; None where the shelf's price holds.

        The first line of several pieces reads the tiers of the whole basket.
        """
        if line.quantity < 2 or stockrecord is None or stockrecord.price is None:
            return None
        if line.product_id not in self._tiers:
            self._know_tiers({line.product_id, *(sibling.product_id for sibling in line.basket.all_lines())})
        allowed = [tier.net_cents for tier in self._tiers[line.product_id] if tier.quantity <= line.quantity]
        net = Decimal(min(allowed, default=0)) / 100
        return net if 0 < net < stockrecord.price else None

    def _tax_class(self, product: Any) -> str:
        if product.pk not in self._tax_classes:
            self._know_products([product])
        return self._tax_classes[product.pk]

    def _know_products(self, products: Iterable[Any]) -> None:
        """Take the tax classes that were read with the products, and read the others together."""
        unread = set()
        for product in products:
            if "shopflow_tax" in product._state.fields_cache:
                row = product._state.fields_cache["shopflow_tax"]
                self._tax_classes[product.pk] = row.tax_class if row else STANDARD
            else:
                unread.add(product.pk)
        self._know_tax_classes(unread)

    def _know_tax_classes(self, product_ids: set[int]) -> None:
        if product_ids:
            self._tax_classes.update(tax_classes(product_ids))

    def _attach_class(self, product: Any) -> None:
        """Give the product its class from the few that there are, instead of one query for each product."""
        owner = product.parent if product.is_child else product
        field = owner._meta.get_field("product_class")
        if owner.product_class_id and not field.is_cached(owner):
            owner.product_class = self._product_classes[owner.product_class_id]


def tax_for_destination(basket: Any, *, destination: str, request: Any = None) -> None:
    """Tax ``basket`` as a purchase that goes to ``destination`` (ISO country); what the customer pays stays the same.

    Sets the basket's strategy and the tax codes of its lines in memory; nothing is saved.
    """
    strategy = Strategy(request, destination=destination)
    basket.strategy = strategy
    lines = list(basket.all_lines())
    for line in lines:
        line.__dict__.pop("_info", None)
    strategy.purchase_net = _threshold_net(lines)
    for line in lines:
        line.__dict__.pop("_info", None)
        line.tax_code = line.purchase_info.price.tax_code


def _threshold_net(lines: Sequence[Any]) -> Decimal:
    """The purchase's net value that counts towards the EU threshold: at the home rate, without margin goods."""
    net = ZERO
    for line in lines:
        strategy = line.basket.strategy
        tax_class = strategy._tax_class(line.product)
        if tax_class != MARGIN and line.purchase_info.price.exists:
            gross = line.quantity * line.purchase_info.price.incl_tax
            net += net_unit_price(gross, strategy.situation.shelf_rate(tax_class))
    return net
