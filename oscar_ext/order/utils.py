"""Oscar's order creator, with stock that was reserved before the payment and lines written in bulk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from oscar.apps.order import utils as stock
from oscar.apps.order.utils import *  # noqa: F403
from oscar.core.loading import get_model

from shopflow.core import clock
from shopflow.ordering.services import new_order_number

Line = get_model("order", "Line")
LinePrice = get_model("order", "LinePrice")
LineAttribute = get_model("order", "LineAttribute")


class OrderNumberGenerator(stock.OrderNumberGenerator):
    """Numbers from a series of their own: not guessable from baskets, and a basket can be tried twice."""

    def order_number(self, basket: Any) -> str:
        return new_order_number(clock.now())


class OrderCreator(stock.OrderCreator):
    """Writes the order; stock has been counted by the reservation, so nothing is allocated here."""

    def update_stock_records(self, line: Any) -> None:
        return

    def create_line_models(self, order: Any, basket_line: Any, extra_line_fields: Any = None) -> Any:
        """Collect the line; all are written together once the last one of the basket has come."""
        if not hasattr(order, "_pending_lines"):
            order._pending_lines = []
        order._pending_lines.append(basket_line)
        if len(order._pending_lines) < len(order._basket_lines):
            return None
        return self._write_lines(order)

    def create_order_model(self, user: Any, basket: Any, *args: Any, **kwargs: Any) -> Any:
        order = super().create_order_model(user, basket, *args, **kwargs)
        order._basket_lines = list(basket.all_lines())
        return order

    def _write_lines(self, order: Any) -> None:
        basket_lines = order._pending_lines
        lines = Line.objects.bulk_create([self._line(order, line) for line in basket_lines])
        pairs = list(zip(lines, basket_lines, strict=True))
        LinePrice.objects.bulk_create(
            [
                LinePrice(
                    order=order,
                    line=line,
                    quantity=quantity,
                    price_incl_tax=incl,
                    price_excl_tax=excl,
                    tax_code=basket_line.tax_code,
                )
                for line, basket_line in pairs
                for incl, excl, quantity in basket_line.get_price_breakdown()
            ]
        )
        LineAttribute.objects.bulk_create(
            [
                LineAttribute(line=line, option=attr.option, type=attr.option.code, value=attr.value)
                for line, basket_line in pairs
                for attr in basket_line.attributes.all()
            ]
        )
        for line, basket_line in pairs:
            self.create_line_discount_models(order, line, basket_line)
            self.create_additional_line_models(order, line, basket_line)

    def _line(self, order: Any, basket_line: Any) -> Any:
        product, record = basket_line.product, basket_line.stockrecord
        if not record:
            raise stock.exceptions.UnableToPlaceOrder(f"Basket line {basket_line.pk} has no stock record.")
        counted = product.get_product_class().track_stock
        return Line(
            order=order,
            partner=record.partner,
            partner_name=record.partner.name,
            partner_sku=record.partner_sku,
            stockrecord=record,
            product=product,
            title=product.get_title(),
            upc=product.upc,
            quantity=basket_line.quantity,
            line_price_excl_tax=basket_line.line_price_excl_tax_incl_discounts,
            line_price_incl_tax=basket_line.line_price_incl_tax_incl_discounts,
            line_price_before_discounts_excl_tax=basket_line.line_price_excl_tax,
            line_price_before_discounts_incl_tax=basket_line.line_price_incl_tax,
            unit_price_incl_tax=basket_line.unit_price_incl_tax,
            unit_price_excl_tax=basket_line.unit_price_excl_tax,
            tax_code=basket_line.tax_code,
            num_allocated=basket_line.quantity if counted else 0,
            status=settings.OSCAR_INITIAL_LINE_STATUS,
        )
