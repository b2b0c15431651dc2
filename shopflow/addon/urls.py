"""All of the shop's URLs: shopflow's pages first, then Oscar's, then Wagtail's pages as the last resort."""

from __future__ import annotations

from django.apps import apps
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("shopflow.core.urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("dokumente/", include(wagtaildocs_urls)),
    path("zahlung/", include("shopflow.payments.urls")),
    path("belege/", include("shopflow.documents.urls")),
    path("mail/", include("shopflow.mailing.urls")),
    path("", include("shopflow.audience.urls")),
    path("", include("shopflow.tracking.urls")),
    path("", include("shopflow.ordering.urls")),
    path("", include("shopflow.legal.urls")),
    path("", include("shopflow.delivery.urls")),
    path("", include("shopflow.privacy.urls")),
    path("", include("shopflow.parts.urls")),
    path("dashboard/shopflow/", include("oscar_ext.dashboard.staff_urls")),
    path("", include("dealer_import.feed_urls")),
    path("", include("dealer_import.api_urls")),
    path("", include("shopflow.automations.api_urls")),
    path("", include("shopflow.storefront.urls")),
    path("", include(apps.get_app_config("oscar").urls[0])),  # type: ignore[attr-defined]
    path("", include(wagtail_urls)),
]
