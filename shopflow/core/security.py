"""Headers that tell the browser what a page may do.

Customers' pages get a policy without inline script, inline style or other hosts. The staff areas get a wider one,
because Oscar's dashboard, Wagtail's editor and Django's admin carry inline scripts and styles of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

SELF, NONE, INLINE = "'self'", "'none'", "'unsafe-inline'"
STAFF_PATHS = ("/dashboard/", "/cms/", "/admin/")
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(self), usb=(), browsing-topics=()"


def customer_policy(
    *, form_action: Sequence[str] = (), media: Sequence[str] = (), frames: Sequence[str] = ()
) -> dict[str, Any]:
    """Directives for customers' pages; payment providers in ``form_action`` and ``frames``, file hosts in ``media``."""
    return {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *media],
        "media-src": [SELF, *media],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [*frames] or [NONE],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, *form_action],
        "frame-ancestors": [NONE],
    }


def staff_policy(*, media: Sequence[str] = ()) -> dict[str, Any]:
    """Directives for the staff areas: inline code is allowed there, other hosts are not."""
    return {
        **customer_policy(media=media),
        "script-src": [SELF, INLINE],
        "style-src": [SELF, INLINE],
        "img-src": [SELF, "data:", "blob:", *media],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
    }


class PolicyMiddleware(CSPMiddleware):
    """Sends the policy that fits the path, and ``Permissions-Policy``."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and parts.config is None and request.path_info.startswith(STAFF_PATHS):
            parts.config = settings.SHOPFLOW_STAFF_POLICY
        return parts

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        answered: HttpResponseBase = super().process_response(request, response)
        return answered
