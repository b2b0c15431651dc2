"""Which apps, and in which order."""

from __future__ import annotations

from collections.abc import Iterable

import oscar

from shopflow.contracts.plugins import discover_plugins

ROOMS = [
    "shopflow.core.apps.CoreConfig",
    "shopflow.mailing.apps.MailingConfig",
    "shopflow.tax.apps.TaxConfig",
    "shopflow.audience.apps.AudienceConfig",
    "shopflow.ordering.apps.OrderingConfig",
    "shopflow.desk.apps.DeskConfig",
    "shopflow.payments.apps.PaymentsConfig",
    "shopflow.documents.apps.DocumentsConfig",
    "shopflow.delivery.apps.DeliveryConfig",
    "shopflow.legal.apps.LegalConfig",
    "shopflow.privacy.apps.PrivacyConfig",
    "shopflow.tracking.apps.TrackingConfig",
    "shopflow.parts.apps.PartsConfig",
    "shopflow.automations.apps.AutomationsConfig",
    "shopflow.storefront.apps.StorefrontConfig",
    "dealer_import.apps.DealerImportConfig",
]

FORKS = {
    "oscar.apps.basket.apps.BasketConfig": "oscar_ext.basket.apps.BasketConfig",
    "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig": (
        "oscar_ext.catalogue.reviews.apps.CatalogueReviewsConfig"
    ),
    "oscar.apps.checkout.apps.CheckoutConfig": "oscar_ext.checkout.apps.CheckoutConfig",
    "oscar.apps.communication.apps.CommunicationConfig": "oscar_ext.communication.apps.CommunicationConfig",
    "oscar.apps.customer.apps.CustomerConfig": "oscar_ext.customer.apps.CustomerConfig",
    "oscar.apps.order.apps.OrderConfig": "oscar_ext.order.apps.OrderConfig",
    "oscar.apps.partner.apps.PartnerConfig": "oscar_ext.partner.apps.PartnerConfig",
    "oscar.apps.shipping.apps.ShippingConfig": "oscar_ext.shipping.apps.ShippingConfig",
    "oscar.apps.wishlists.apps.WishlistsConfig": "oscar_ext.wishlists.apps.WishlistsConfig",
    "oscar.apps.dashboard.apps.DashboardConfig": "oscar_ext.dashboard.apps.DashboardConfig",
    "oscar.apps.dashboard.catalogue.apps.CatalogueDashboardConfig": (
        "oscar_ext.dashboard.catalogue.apps.CatalogueDashboardConfig"
    ),
    "oscar.apps.dashboard.orders.apps.OrdersDashboardConfig": ("oscar_ext.dashboard.orders.apps.OrdersDashboardConfig"),
}
"""Oscar apps that ``oscar_ext`` overrides, by the config they replace."""

THIRD_PARTY = [
    "sorl.thumbnail",
    "csp",
    "django_htmx",
    "lucide",
    "payments",
    "anymail",
    "axes",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
]

WAGTAIL = [
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "modelcluster",
    "taggit",
    "wagtail",
]


def fork_oscar(apps: Iterable[str]) -> list[str]:
    """Replace the Oscar apps that ``oscar_ext`` overrides; apps that the project forked itself are left alone."""
    return [FORKS.get(app, app) for app in apps]


def installed_apps(
    apps: Iterable[str] = tuple(oscar.INSTALLED_APPS), *, exclude_plugins: Iterable[str] = ()
) -> list[str]:
    """``INSTALLED_APPS`` with shopflow in it: our rooms, plugins, then ``apps`` with forks, then Wagtail last.

    Rooms come first so that their templates and translations win over Oscar's; Wagtail comes last so that its
    generic names lose. ``exclude_plugins`` names plugin entry points to leave out.
    """
    given = fork_oscar(apps)
    listed: list[str] = []
    for app in [*ROOMS, *discover_plugins(exclude=exclude_plugins), *given, *THIRD_PARTY, *WAGTAIL]:
        if app not in listed:
            listed.append(app)
    for app in WAGTAIL:
        listed.remove(app)
        listed.append(app)
    return listed
