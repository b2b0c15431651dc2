"""The storefront's verbs, and the only writers of its tables."""

from shopflow.storefront.services.back_in_stock import announce_back_in_stock, close_alert, forget_unconfirmed_alerts
from shopflow.storefront.services.refresh import refresh_all, refresh_products
from shopflow.storefront.services.requests import refresh_requested, request_refresh
from shopflow.storefront.services.text_index import ensure_text_index

__all__ = [
    "announce_back_in_stock",
    "close_alert",
    "ensure_text_index",
    "forget_unconfirmed_alerts",
    "refresh_all",
    "refresh_products",
    "refresh_requested",
    "request_refresh",
]
