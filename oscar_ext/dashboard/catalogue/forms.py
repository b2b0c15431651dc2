"""Staff forms of the catalogue: Oscar's, but fields that its pages show without a label tell screen readers theirs."""

from __future__ import annotations

from typing import Any

from django import forms
from oscar.apps.dashboard.catalogue import forms as stock
from oscar.apps.dashboard.catalogue.forms import *  # noqa: F403


class StockRecordForm(stock.StockRecordForm):
    """A row of a table: only the columns have names there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(self)


class ProductImageForm(stock.ProductImageForm):
    """The file is chosen by clicking on the picture."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(self, "original")


def name_fields(form: forms.BaseForm, *names: str) -> None:
    """Give fields their labels as names, all of the form's if none are told."""
    for name in names or form.fields:
        if name in form.fields and form.fields[name].label:
            form.fields[name].widget.attrs["aria-label"] = form.fields[name].label
