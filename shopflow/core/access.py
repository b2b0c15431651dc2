"""Who may open a staff page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def may_open(user: Any, permission: str = "") -> bool:
    """Whether ``user`` is an active staff member and holds ``permission`` (``app.codename``; empty: none needed)."""
    return bool(user.is_active and user.is_staff and (not permission or user.has_perm(permission)))


def staff_page(permission: str = "") -> Callable[[View[P]], View[P]]:
    """Decorate a staff view: visitors go to the staff login and come back, people without the right get 403.

    ``permission`` is ``app_label.codename``; empty means any staff member. The page is never kept in a cache.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("dashboard:login"))
            if not may_open(request.user, permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return never_cache(guarded)

    return decorate
