"""Oscar's order creator, with stock that was reserved before the payment and lines written in bulk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
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
    """Writes the order: stock was counted by the reservation, lines go in bulk, listeners hear in the background.

    Oscar's own sends ``order_placed`` inside the transaction, where a listener's failed write breaks the order; ours
    is sent by the subscriber :class:`oscar_ext.order.extensions.TellOscar`.
    """

    def place_order(
        self,
        basket: Any,
        total: Any,
        shipping_method: Any,
        shipping_charge: Any,
        user: Any = None,
        shipping_address: Any = None,
        billing_address: Any = None,
        order_number: str | None = None,
        status: str | None = None,
        request: Any = None,
        surcharges: Any = None,
        **kwargs: Any,
    ) -> Any:
        """Write the order and return it. Raises ValueError with a sentence when the basket may not be ordered."""
        if basket.is_empty:
            raise ValueError(_("Empty baskets cannot be submitted"))
        with transaction.atomic(savepoint=False):
            order = self.create_order_model(
                user,
                basket,
                shipping_address,
                shipping_method,
                shipping_charge,
                billing_address,
                total,
                order_number or OrderNumberGenerator().order_number(basket),
                status or settings.OSCAR_INITIAL_ORDER_STATUS,
                request,
                surcharges=surcharges,
                **kwargs,
            )
            vouchers = self._usable_vouchers(basket, user)
            self._record_discounts(order, basket, shipping_method)
            for voucher in vouchers:
                self.record_voucher_usage(order, voucher, user)
            self._write_lines(order, list(basket.all_lines()))
        return order

    def _usable_vouchers(self, basket: Any, user: Any) -> list[Any]:
        usable: list[Any] = []
        if not getattr(basket, "offers_possible", True):
            return usable
        for voucher in basket.vouchers.select_for_update().order_by("pk"):
            if not voucher.is_active():
                basket.vouchers.remove(voucher)
                continue
            available, message = voucher.is_available_to_user(user=user)
            if not available:
                raise ValueError(message)
            usable.append(voucher)
        return usable

    def _record_discounts(self, order: Any, basket: Any, shipping_method: Any) -> None:
        for application in basket.offer_applications:
            application["message"] = application["offer"].apply_deferred_benefit(basket, order, application)
            if application["result"].affects_shipping:
                discount = shipping_method.discount(basket)
                if discount <= 0:
                    continue
                application["discount"] = discount
            self.create_discount_model(order, application)
            self.record_discount(application)

    def _write_lines(self, order: Any, basket_lines: list[Any]) -> None:
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
                    tax_code=basket_line.purchase_info.price.tax_code,
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
            tax_code=basket_line.purchase_info.price.tax_code,
            num_allocated=basket_line.quantity if counted else 0,
            status=settings.OSCAR_INITIAL_LINE_STATUS,
        )
