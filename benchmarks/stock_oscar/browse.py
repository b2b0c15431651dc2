"""Oscar's own list page over the database alone: its template and its queryset, without the search server.

Stock Oscar has no such view since its lists come from the search server. It is what a shop without one would write
first, and the fairest thing to hold our lists against.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.views.generic import ListView
from oscar.core.loading import get_model


class Browse(ListView):  # type: ignore[type-arg]
    """All products, or those of one category and everything below it, with counted pages."""

    template_name = "oscar/catalogue/browse.html"
    paginate_by = 24

    def get_queryset(self) -> Any:
        products = get_model("catalogue", "Product").objects.browsable().base_queryset()
        if "pk" in self.kwargs:
            category = get_model("catalogue", "Category").objects.get(pk=self.kwargs["pk"])
            products = products.filter(categories__in=category.get_descendants_and_self()).distinct()
        return products.order_by("-date_created", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        products = [SimpleNamespace(object=product) for product in context["object_list"]]
        return context | {"products": products, "summary": "Alle Produkte"}
