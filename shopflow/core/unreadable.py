"""Refusing what no text can hold: the NUL character, which PostgreSQL raises an error for wherever it is asked for.

Browsers send none, so there is nobody to be told how to correct it: the answer is 400, for every page and form alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase

FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
View = TypeVar("View", bound=Callable[..., Any])
SAID = "The request holds a character that no text has."


def takes_bytes(view: View) -> View:
    """Mark a view that reads the body as it comes, such as a file that a machine sends."""
    view.takes_bytes = True  # type: ignore[attr-defined]
    return view


class ReadableMiddleware:
    """Refuses addresses and queries before anybody reads them, and forms once their view is known.

    What a view that :func:`takes_bytes` is sent is not taken apart.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest(SAID)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> None:
        if request.method != "POST" or request.content_type not in FORMS or getattr(view, "takes_bytes", False):
            return
        if any("\0" in text for name, values in request.POST.lists() for text in (name, *values)):
            raise BadRequest(SAID)
