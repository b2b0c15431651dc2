"""The storefront's pages. They stand before Oscar's and have the same paths, so Oscar's URL names lead here."""

from __future__ import annotations

from django.contrib.sitemaps import views as sitemaps
from django.urls import path, re_path
from django.views.decorators.cache import cache_page

from shopflow.storefront.views import basket, listing, machines, price_watch, product, search, stock_alerts

urlpatterns = [
    path("catalogue/", listing.catalogue, name="shopflow-catalogue"),
    re_path(r"^catalogue/category/(?P<category_slug>[\w-]+(/[\w-]+)*)_(?P<pk>\d+)/$", listing.category),
    re_path(r"^catalogue/(?P<product_slug>[\w-]*)_(?P<pk>\d+)/$", product.product),
    path("basket/add/<int:pk>/", basket.add_to_basket),
    path("accounts/alerts/create/<int:pk>/", basket.create_alert),
    path("accounts/alerts/confirm/<str:key>/", stock_alerts.by_link),
    path("accounts/alerts/cancel/key/<str:key>/", stock_alerts.by_link),
    path("accounts/alerts/cancel/<int:pk>/", stock_alerts.in_account),
    path("preisalarm/neu/<int:pk>/", price_watch.watch_price, name="shopflow-price-watch-new"),
    path("preisalarm/<uuid:key>/", price_watch.price_watch, name="shopflow-price-watch"),
    path("suche/", search.search_page, name="shopflow-search"),
    path("suche/vorschlag/", search.suggest, name="shopflow-suggest"),
    path("search/", search.old_search),
    path("robots.txt", machines.robots, name="shopflow-robots"),
    path(
        "sitemap.xml",
        cache_page(3600)(sitemaps.index),
        {"sitemaps": machines.SITEMAPS, "sitemap_url_name": "shopflow-sitemap-part"},
        name="shopflow-sitemap",
    ),
    path(
        "sitemap-<section>.xml",
        cache_page(3600)(sitemaps.sitemap),
        {"sitemaps": machines.SITEMAPS},
        name="shopflow-sitemap-part",
    ),
]
