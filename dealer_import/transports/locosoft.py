"""Loco-Soft's reporting database as a way for parts to come in, with a read-only account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealer_import.sources.locosoft_database import Choice, months_before, write_parts
from dealer_import.transports.secrets import SecretNameField, secret
from shopflow.contracts.transports import ImportTransport, RemoteFile
from shopflow.core import clock


def read_numbers(text: str) -> list[int]:
    """``1, 2`` as numbers; ValueError for anything else."""
    return [int(part) for part in text.replace(";", ",").split(",") if part.strip()]


class LocosoftForm(forms.Form):
    connection_variable = SecretNameField(
        label=gettext_lazy("Variable of the connection"),
        help_text=gettext_lazy(
            "Name of the environment variable that holds postgresql://user:password@server:5432/loco_auswertung_db; "
            "its name begins with IMPORT_SECRET_."
        ),
    )
    months = forms.IntegerField(
        label=gettext_lazy("Only parts in stock or sold within … months"),
        min_value=1,
        max_value=240,
        required=False,
        initial=24,
        help_text=gettext_lazy("Empty: the whole price book."),
    )
    stocks = forms.CharField(
        label=gettext_lazy("Stock numbers"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Such as 1, 2. Empty: all."),
    )

    def clean_stocks(self) -> str:
        text = str(self.cleaned_data["stocks"])
        try:
            return ", ".join(str(number) for number in read_numbers(text))
        except ValueError:
            raise ValidationError(_("Stock numbers are whole numbers with commas between them.")) from None


class LocosoftTransport(ImportTransport):
    """The parts of the database as one file, made anew at each look; unchanged parts give the same file."""

    code = "locosoft"
    label = gettext_lazy("Loco-Soft (reporting database)")
    form_class = LocosoftForm

    def files(self, settings: Mapping[str, Any]) -> Iterable[RemoteFile]:
        return [RemoteFile("parts", "locosoft.ndjson")]

    def fetch(self, settings: Mapping[str, Any], file: RemoteFile, target: BinaryIO) -> None:
        today = timezone.localdate(clock.now())
        months = settings.get("months")
        since = months_before(today, int(months)) if months else None
        choice = Choice(today, read_numbers(str(settings.get("stocks") or "")), since)
        write_parts(secret(str(settings["connection_variable"])), choice, target)
