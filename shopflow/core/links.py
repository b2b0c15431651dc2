"""Absolute addresses for mails, documents and payment providers, which see no request."""

from __future__ import annotations

from django.conf import settings


def absolute(path: str) -> str:
    """``path`` with the shop's own scheme and host, from the ``SITE_URL`` setting, else from Django's site."""
    base = getattr(settings, "SITE_URL", "")
    if not base:
        from django.contrib.sites.models import Site

        base = f"https://{Site.objects.get_current().domain}"
    return base.rstrip("/") + path
