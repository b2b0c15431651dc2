"""A staff login with a password that is made up here and kept in a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

EMAIL = "staff@example.org"
FILE = "staff-login.txt"


def load(*, seller: Any) -> str:
    """Create the login unless there is one; returns where the password is written."""
    users = get_user_model().objects
    if users.filter(email=EMAIL).exists():
        return _("The login %(email)s is there already.") % {"email": EMAIL}
    password = secrets.token_urlsafe(12)
    user = users.create_user(EMAIL, password)
    user.is_staff = user.is_superuser = True
    user.first_name, user.last_name = "Erika", "Mustermann"
    user.save()
    path = _write(password)
    told = _("E-mail %(email)s, password %(password)s (kept in %(path)s)")
    return told % {"email": EMAIL, "password": password, "path": path}


def _write(password: str) -> Path:
    path = Path(settings.DATA_DIR) / FILE
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        os.fchmod(handle.fileno(), 0o600)
        handle.write(f"{EMAIL}\n{password}\n")
    return path
