from __future__ import annotations

from django.urls import path

from dealer_import.views import product_feed

urlpatterns = [
    path("feeds/produkte.xml", product_feed, name="product-feed"),
    path("feeds/produkte-<str:token>.xml", product_feed, name="product-feed-signed"),
]
