"""Protection against forged requests that leaves no cookie with people who only look around.

Django's own protection gives every visitor who is shown a form a cookie. Here the browser's word decides first:

* ``Sec-Fetch-Site: same-origin`` (or ``none``, when the person acted outside any page) is accepted;
* an ``Origin`` that is this shop or one of ``CSRF_TRUSTED_ORIGINS`` is accepted;
* any other ``Sec-Fetch-Site`` or ``Origin`` is refused;
* without either header Django's check of token and cookie applies unchanged.

Why that is safe: both headers are written by the browser and cannot be set by a page's script, and every browser
since 2020 sends at least ``Origin`` with an unsafe request. A client that invents them holds no visitor's cookies, so
it can only act as itself. The session cookie's ``SameSite=Lax`` stands behind this as a second wall.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
FROM_HERE = frozenset({"same-origin", "none"})
REFUSED = "The browser says that this request comes from another site."


class QuietCsrfMiddleware(CsrfViewMiddleware):
    """Takes the place of Django's ``CsrfViewMiddleware``."""

    def process_view(
        self, request: HttpRequest, callback: Callable[..., Any], callback_args: Any, callback_kwargs: Any
    ) -> Any:
        if self._needs_a_verdict(request, callback):
            ours = self._came_from_here(request)
            if ours is True:
                return self._accept(request)  # type: ignore[attr-defined]
            if ours is False:
                return self._reject(request, REFUSED)  # type: ignore[attr-defined]
        return super().process_view(request, callback, callback_args, callback_kwargs)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Set the cookie only for visitors who hold one already, or who have just begun to act."""
        if not _has_acted(request, response):
            request.META["CSRF_COOKIE_NEEDS_UPDATE"] = False
            # Django's own sign-in and password views carry its middleware as a decorator, which has set it already.
            response.cookies.pop(settings.CSRF_COOKIE_NAME, None)
        return super().process_response(request, response)

    @staticmethod
    def _needs_a_verdict(request: HttpRequest, callback: Callable[..., Any]) -> bool:
        return not (
            request.method in SAFE_METHODS
            or getattr(callback, "csrf_exempt", False)
            or getattr(request, "csrf_processing_done", False)
            or getattr(request, "_dont_enforce_csrf_checks", False)
        )

    def _came_from_here(self, request: HttpRequest) -> bool | None:
        """What the browser says; None when it says nothing."""
        site = request.headers.get("Sec-Fetch-Site")
        if site in FROM_HERE:
            return True
        if "Origin" in request.headers:
            return bool(self._origin_verified(request))  # type: ignore[attr-defined]
        return False if site else None


def _has_acted(request: HttpRequest, response: HttpResponseBase) -> bool:
    session = getattr(request, "session", None)
    begun = session is not None and session.modified
    given = set(response.cookies) - {settings.CSRF_COOKIE_NAME}
    return request.method not in SAFE_METHODS or bool(request.COOKIES) or bool(given) or begun


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page that a refused request gets (``CSRF_FAILURE_VIEW``): what happened and what to do."""
    context = {"reason": reason if settings.DEBUG else ""}
    return render(request, "shopflow/core/request_refused.html", context, status=403)
