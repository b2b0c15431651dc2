"""Slowing down who guesses passwords."""

from __future__ import annotations

from typing import Any

from axes.backends import AxesStandaloneBackend
from django.http import HttpRequest


class ThrottleBackend(AxesStandaloneBackend):
    """Refuses locked-out visitors. Log-ins without a request, as after Oscar's registration, are not guesses."""

    def authenticate(self, request: HttpRequest | None, *args: Any, **credentials: Any) -> None:
        """Raise PermissionDenied for who is locked out, and leave the decision to the next backend otherwise."""
        if request is not None:
            super().authenticate(request, *args, **credentials)
