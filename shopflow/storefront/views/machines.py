"""What search engines ask for: which pages there are, and which they should leave alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from oscar.core.loading import get_model

from shopflow.storefront.queries.categories import CategoryNode, category_tree

PER_FILE = 5000


class CategorySitemap(Sitemap):
    """Every public category, and the list of all products."""

    def items(self) -> Sequence[CategoryNode]:
        return list(category_tree().walk())

    def location(self, item: CategoryNode) -> str:
        return item.url


class ProductSitemap(Sitemap):
    """Every public product."""

    limit = PER_FILE

    def items(self) -> Any:
        product = get_model("catalogue", "Product")
        return product.objects.browsable().only("pk", "slug", "parent_id", "date_updated").order_by("pk")

    def lastmod(self, item: Any) -> Any:
        return item.date_updated


SITEMAPS = {"categories": CategorySitemap, "products": ProductSitemap}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything may be read but baskets, accounts, staff pages and endless filter combinations."""
    closed = ["/basket/", "/checkout/", "/accounts/", "/dashboard/", "/cms/", "/suche/", "/*?*nach=", "/*?*sort="]
    lines = ["User-agent: *", *[f"Disallow: {path}" for path in closed], ""]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('shopflow-sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
