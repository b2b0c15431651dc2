"""Oscar's doors to the basket; a product is read with its price's ingredients before it is put in."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.generic import FormView
from oscar.apps.basket import views as stock

BasketView = stock.BasketView
SavedView = stock.SavedView
VoucherAddView = stock.VoucherAddView
VoucherRemoveView = stock.VoucherRemoveView


class BasketAddView(stock.BasketAddView):
    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        products = self.product_model.objects.select_related("product_class", "shopflow_tax")
        self.product = get_object_or_404(products.prefetch_related("stockrecords"), pk=kwargs["pk"])
        return FormView.post(self, request, *args, **kwargs)
