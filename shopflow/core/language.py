"""Which language a page is in: the shop's own, unless the visitor has chosen another one.

A browser's ``Accept-Language`` is not asked: a German shop's prices, terms and contracts are German, and a visitor
gets another language by choosing it, which is when the cookie is set.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin


class ChosenLanguageMiddleware(MiddlewareMixin):
    """Takes the place of Django's ``LocaleMiddleware``."""

    def process_request(self, request: HttpRequest) -> None:
        language = chosen_language(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response


def chosen_language(request: HttpRequest) -> str:
    """The language in the visitor's cookie if the shop has it, else the shop's own."""
    wish = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    try:
        return translation.get_supported_language_variant(wish)
    except LookupError:
        return settings.LANGUAGE_CODE
