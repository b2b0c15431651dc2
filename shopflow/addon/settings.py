"""Settings that shopflow needs, filled in where the host project has not set them."""

from __future__ import annotations

import os
from collections.abc import Iterable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import oscar.defaults

import shopflow
from shopflow.addon.apps_list import installed_apps

ORDER_STATUS_PIPELINE: dict[str, tuple[str, ...]] = {
    "new": ("paid", "in_work", "cancelled"),
    "paid": ("in_work", "cancelled"),
    "in_work": ("shipped", "ready_for_pickup", "delivered", "cancelled"),
    "shipped": ("delivered", "returned"),
    "ready_for_pickup": ("delivered", "cancelled"),
    "delivered": ("returned",),
    "returned": (),
    "cancelled": (),
}
"""Order statuses and what may follow each. An order on account or paid at pickup goes from new to in work unpaid."""

OSCARS_BASKET = "oscar.apps.basket.middleware.BasketMiddleware"
OUR_BASKET = "oscar_ext.basket.middleware.BasketMiddleware"

MIDDLEWARE = [
    "shopflow.core.unreadable.ReadableMiddleware",
    OSCARS_BASKET,
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "axes.middleware.AxesMiddleware",
    "shopflow.audience.middleware.LeadMiddleware",
]

CONTEXT_PROCESSORS = [
    "oscar.apps.search.context_processors.search_form",
    "oscar.apps.checkout.context_processors.checkout",
    "oscar.apps.communication.notifications.context_processors.notifications",
    "oscar.core.context_processors.metadata",
    "wagtail.contrib.settings.context_processors.settings",
]

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": {"task": "shopflow.core.heartbeat", "schedule": 30.0},
    "watch-health": {"task": "shopflow.core.watch_health", "schedule": 300.0},
    "deliver-events": {"task": "shopflow.core.deliver_events", "schedule": 15.0},
    "purge-audience": {"task": "shopflow.audience.purge", "schedule": 3600.0},
    "keep-audience": {"task": "shopflow.audience.keep", "schedule": 120.0},
    "refresh-scores": {"task": "shopflow.audience.refresh_scores", "schedule": 21_600.0},
    "send-mails": {"task": "shopflow.mailing.send_due", "schedule": 30.0},
    "announce-clicks": {"task": "shopflow.mailing.announce_clicks", "schedule": 60.0},
    "tidy-mails": {"task": "shopflow.mailing.tidy", "schedule": 86_400.0},
    "sweep-retention": {"task": "shopflow.privacy.sweep", "schedule": 86_400.0},
    "settle-attempts": {"task": "shopflow.checkout.settle_overdue", "schedule": 30.0},
    "announce-idle-baskets": {"task": "shopflow.ordering.announce_idle_baskets", "schedule": 60.0},
    "announce-occasions": {"task": "shopflow.automations.announce", "schedule": 3600.0},
    "look-at-zones": {"task": "shopflow.automations.look_at_zones", "schedule": 86_400.0},
    "run-automations": {"task": "shopflow.automations.run_due", "schedule": 15.0},
    "run-broadcasts": {"task": "shopflow.automations.run_broadcasts", "schedule": 60.0},
    "fold-figures": {"task": "shopflow.automations.fold_figures", "schedule": 600.0},
    "review-results": {"task": "shopflow.automations.review_results", "schedule": 21_600.0},
    "remind-of-tasks": {"task": "shopflow.desk.remind", "schedule": 900.0},
    "review-parts": {"task": "shopflow.parts.review", "schedule": 7200.0},
    "tidy-garage": {"task": "shopflow.parts.tidy_garage", "schedule": 86_400.0},
    "watch-promises": {"task": "shopflow.parts.watch_promises", "schedule": 1800.0},
    "refresh-listing": {"task": "shopflow.storefront.refresh_listing", "schedule": 86_400.0},
    "refresh-requested": {"task": "shopflow.storefront.refresh_requested", "schedule": 60.0},
    "tell-waiting": {"task": "shopflow.storefront.tell_waiting", "schedule": 120.0},
    "forget-views": {"task": "shopflow.storefront.forget_views", "schedule": 86_400.0},
    "sweep-imports": {"task": "dealer_import.sweep", "schedule": 60.0},
    "sweep-comparisons": {"task": "dealer_import.sweep_comparisons", "schedule": 60.0},
    "switch-prices": {"task": "dealer_import.switch_prices", "schedule": 60.0},
    "tell-imports": {"task": "dealer_import.send_digest", "schedule": 3600.0},
    "look-for-imports": {"task": "dealer_import.look_for_files", "schedule": 60.0},
    "watch-stock": {"task": "dealer_import.watch_stock", "schedule": 900.0},
    "attach-media": {"task": "dealer_import.attach_media", "schedule": 3600.0},
    "build-product-feed": {"task": "dealer_import.build_feed", "schedule": 14_400.0},
    "forget-replaced-values": {"task": "dealer_import.forget_old_values", "schedule": 86_400.0},
    "forget-imported-files": {"task": "dealer_import.forget_old_files", "schedule": 86_400.0},
}
"""Periodic sweeps. Each finds work by its rows; a missed beat costs time and nothing else."""


def _payment_host() -> str:
    """Host of the addresses that payment providers call, from ``SITE_URL``, else from Django's site."""
    from shopflow.core.links import absolute

    return urlsplit(absolute("")).netloc


SETTINGS: dict[str, Any] = {
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    "SITE_ID": 1,
    "SESSION_ENGINE": "shopflow.core.sessions",
    "OSCAR_SHOP_NAME": "Shop",
    "OSCAR_DEFAULT_CURRENCY": "EUR",
    "OSCAR_OFFERS_INCL_TAX": True,  # ten per cent or ten euros off mean the price on the shelf
    "OSCAR_ALLOW_ANON_CHECKOUT": True,
    "OSCAR_ALLOW_GUEST_CHECKOUT_WITH_ACCOUNT": True,  # else the checkout tells who has an account
    "OSCAR_REQUIRED_ADDRESS_FIELDS": ("first_name", "last_name", "line1", "line4", "postcode", "country"),
    "OSCAR_INITIAL_ORDER_STATUS": "new",
    "OSCAR_INITIAL_LINE_STATUS": "new",
    "OSCAR_ORDER_STATUS_PIPELINE": ORDER_STATUS_PIPELINE,
    "OSCAR_LINE_STATUS_PIPELINE": ORDER_STATUS_PIPELINE,
    "OSCAR_ORDER_STATUS_CASCADE": {status: status for status in ORDER_STATUS_PIPELINE},
    "OSCAR_USE_LESS": False,
    "OSCAR_SAVE_SENT_EMAILS_TO_DB": False,
    "OSCAR_EAGER_ALERTS": False,  # the automation “Back in stock” tells as many people as there are pieces
    "OSCAR_MODERATE_REVIEWS": True,
    "OSCAR_RECENTLY_VIEWED_PRODUCTS": 0,
    "HAYSTACK_CONNECTIONS": {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
    "HAYSTACK_SIGNAL_PROCESSOR": "haystack.signals.BaseSignalProcessor",
    "AUTHENTICATION_BACKENDS": (
        "shopflow.core.throttle.ThrottleBackend",
        "oscar.apps.customer.auth_backends.EmailBackend",
        "django.contrib.auth.backends.ModelBackend",
    ),
    "AXES_FAILURE_LIMIT": 10,
    "AXES_COOLOFF_TIME": 1,
    "AXES_LOCKOUT_PARAMETERS": [["ip_address", "username"]],
    "WAGTAIL_SITE_NAME": "shopflow",
    "WAGTAIL_GRAVATAR_PROVIDER_URL": None,
    "WAGTAIL_ENABLE_UPDATE_CHECK": False,
    "WAGTAIL_ENABLE_WHATS_NEW_BANNER": False,
    "WAGTAILDOCS_EXTENSIONS": ["pdf", "zip", "csv", "xlsx", "docx", "txt"],
    "SHOPFLOW_MOVABLE_CLOCK": False,
    "PAYMENT_MODEL": "shopflow_payments.GatewayPayment",
    "PAYMENT_VARIANTS": {},
    "PAYMENT_HOST": _payment_host,
    "SHOPFLOW_PAYMENT_LABELS": {},
    "SITE_URL": "http://localhost:8000",
    "EMAIL_TIMEOUT": 30,
}


def configure(namespace: MutableMapping[str, Any]) -> None:
    """Add what shopflow needs to a settings module's ``globals()``; what the module has set itself stays.

    Lists that must hold certain entries (apps, middleware, context processors, the beat schedule) are completed.
    """
    for name in dir(oscar.defaults):
        if name.isupper():
            namespace.setdefault(name, SETTINGS.get(name, getattr(oscar.defaults, name)))
    for name, value in SETTINGS.items():
        namespace.setdefault(name, value)
    namespace.setdefault("PAYMENT_USES_SSL", str(namespace.get("SITE_URL", "https:")).startswith("https:"))
    excluded = [n for n in os.environ.get("SHOPFLOW_PLUGINS_EXCLUDE", "").replace(" ", "").split(",") if n]
    excluded = namespace.setdefault("SHOPFLOW_PLUGINS_EXCLUDE", excluded)
    namespace["INSTALLED_APPS"] = installed_apps(
        namespace.get("INSTALLED_APPS") or oscar.INSTALLED_APPS, exclude_plugins=excluded
    )
    namespace["MIDDLEWARE"] = _middleware(namespace.setdefault("MIDDLEWARE", []), namespace["INSTALLED_APPS"])
    for engine in namespace.get("TEMPLATES", []):
        if engine["BACKEND"].endswith("DjangoTemplates"):
            engine["DIRS"] = [*engine.get("DIRS", []), template_dir()]
            options = engine.setdefault("OPTIONS", {})
            processors = options.setdefault("context_processors", [])
            processors.extend(p for p in CONTEXT_PROCESSORS if p not in processors)
    _route_mail(namespace)
    schedule = dict(BEAT_SCHEDULE)
    schedule.update(namespace.get("CELERY_BEAT_SCHEDULE", {}))
    namespace["CELERY_BEAT_SCHEDULE"] = schedule
    namespace.setdefault("OSCAR_DASHBOARD_NAVIGATION", [])
    _hide_flatpages(namespace["OSCAR_DASHBOARD_NAVIGATION"])


def _middleware(given: Iterable[str], apps: Iterable[str]) -> list[str]:
    """The host's middleware, completed; our basket is read by a middleware that knows what it can do."""
    listed = list(given)
    listed += [name for name in MIDDLEWARE if name not in listed]
    if "oscar_ext.basket.apps.BasketConfig" in apps:
        listed = [OUR_BASKET if name == OSCARS_BASKET else name for name in listed]
    return list(dict.fromkeys(listed))


def _route_mail(namespace: MutableMapping[str, Any]) -> None:
    """Our sender uses the host's mail backend; where the host has set none, all its mails join our queue."""
    mailbox = "shopflow.mailing.backends.MailboxBackend"
    namespace.setdefault("SHOPFLOW_MAIL_TRANSPORT", namespace.get("EMAIL_BACKEND", mailbox))
    namespace.setdefault("EMAIL_BACKEND", "shopflow.mailing.backends.QueueBackend")
    namespace.setdefault("SHOPFLOW_MAILBOX_DIR", str(Path(namespace.get("BASE_DIR", ".")) / "var" / "mailbox"))


def template_dir() -> Path:
    """The folder of our templates: inside the package in a wheel, beside it in a checkout."""
    package = Path(shopflow.__file__).resolve().parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def _hide_flatpages(navigation: list[dict[str, Any]]) -> None:
    """Take Oscar's flat pages out of the staff menu: Wagtail has the content, and its catch-all breaks them."""
    for entry in navigation:
        children = entry.get("children", [])
        entry["children"] = [c for c in children if c.get("url_name") != "dashboard:page-list"]
        if not children:
            entry.pop("children")
