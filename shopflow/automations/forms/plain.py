"""What a form says, as JSON that can be stored."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms

from shopflow.contracts.types import JSONDict


def as_json(form: forms.BaseForm) -> JSONDict:
    """The form's values without its empty ones; of a form that was only shown, what it shows."""
    values = form.cleaned_data if form.is_bound else form.initial
    return {
        name: _plain(value) for name, value in values.items() if value not in (None, "", []) and name in form.fields
    }


def _plain(value: Any) -> Any:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | set):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | bool | dict) else str(value)
