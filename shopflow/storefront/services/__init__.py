"""The storefront's verbs, and the only writers of its derived tables."""

from shopflow.storefront.services.refresh import refresh_all, refresh_products
from shopflow.storefront.services.requests import refresh_requested, request_refresh
from shopflow.storefront.services.text_index import ensure_text_index

__all__ = ["ensure_text_index", "refresh_all", "refresh_products", "refresh_requested", "request_refresh"]
