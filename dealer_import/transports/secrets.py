"""Secrets come from the environment. Staff name the variable; they never see or store its value."""

from __future__ import annotations

import os
import re
from pathlib import Path

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.contracts.transports import TransportFailed

PREFIX = "IMPORT_SECRET_"
HINT = gettext_lazy("The secret itself stays outside: name the variable that holds it, IMPORT_SECRET_….")
_NAME = re.compile(r"IMPORT_SECRET_[A-Z0-9_]{1,64}\Z")


def secret(name: str) -> str:
    """The value of the environment variable ``name``, or of the file that ``<name>_FILE`` points to.

    Only names that begin with ``IMPORT_SECRET_`` are read, so that nobody can send the shop's own keys to a server
    of their choice. Raises :class:`TransportFailed` when it is not set.
    """
    if not _NAME.match(name):
        raise TransportFailed(_("Secrets are named %(prefix)s….") % {"prefix": PREFIX})
    value = os.environ.get(name, "")
    path = os.environ.get(f"{name}_FILE", "")
    if not value and path:
        try:
            value = Path(path).read_text("utf-8").strip()
        except OSError as error:
            raise TransportFailed(_("The file in %(name)s_FILE cannot be read.") % {"name": name}) from error
    if not value:
        told = _("The environment variable %(name)s is not set. Set it where the shop is started.")
        raise TransportFailed(told % {"name": name})
    return value


class SecretNameField(forms.CharField):
    """Asks for the name of a variable, not for the secret."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("help_text", HINT)
        super().__init__(max_length=80, **kwargs)  # type: ignore[arg-type]

    def clean(self, value: str) -> str:
        name = str(super().clean(value))
        if name and not _NAME.match(name):
            raise forms.ValidationError(
                _("The name begins with %(prefix)s, followed by capitals.") % {"prefix": PREFIX}
            )
        return name
