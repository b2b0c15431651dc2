"""How machines are told why their request is not taken."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, JsonResponse


class Refused(Exception):
    """The request is not taken; ``code`` is for machines, the message for people, ``more`` goes beside them."""

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status, self.code, self.more = status, code, more


def refusing_in_json(view: Callable[..., JsonResponse]) -> Callable[..., JsonResponse]:
    """Answer a refusal in JSON."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refusal:
            body = {"error": refusal.code, "message": str(refusal), **refusal.more}
            return JsonResponse(body, status=refusal.status)

    return answer
