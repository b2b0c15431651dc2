"""The storefront's verbs, and the only writers of its tables."""

from shopflow.storefront.services.back_in_stock import (
    announce_alert_form,
    announce_back_in_stock,
    close_alert,
    forget_unconfirmed_alerts,
)
from shopflow.storefront.services.price_watch import (
    announce_price_drops,
    confirm_watch,
    end_watch,
    forget_old_watches,
    note_told,
    watch_price,
)
from shopflow.storefront.services.refresh import refresh_all, refresh_products
from shopflow.storefront.services.requests import refresh_requested, request_refresh
from shopflow.storefront.services.text_index import ensure_text_index
from shopflow.storefront.services.views_noted import forget_old_views, forget_views_of, note_view

__all__ = [
    "announce_alert_form",
    "announce_back_in_stock",
    "announce_price_drops",
    "close_alert",
    "confirm_watch",
    "end_watch",
    "ensure_text_index",
    "forget_old_views",
    "forget_old_watches",
    "forget_unconfirmed_alerts",
    "forget_views_of",
    "note_told",
    "note_view",
    "refresh_all",
    "refresh_products",
    "refresh_requested",
    "request_refresh",
    "watch_price",
]
