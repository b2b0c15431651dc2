"""Example values for templates: what a preview shows, and what a text may name.

``mail/sample.json`` holds what most mails know, ``mail/<code>/sample.json`` what one template knows besides. Moments
are written in ISO form, amounts of money as text with two decimals.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.template import TemplateDoesNotExist

from shopflow.mailing.texts.shipped import source


@lru_cache(maxsize=256)
def sample(code: str) -> dict[str, Any]:
    """The example values of the template ``code``. Not to be changed."""
    return {**_read("mail/sample.json"), **_read(f"mail/{code}/sample.json")}


def _read(name: str) -> dict[str, Any]:
    try:
        found = source(name)
    except TemplateDoesNotExist:
        return {}
    return dict(_typed(json.loads(found)))


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _typed(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_typed(inner) for inner in value]
    if isinstance(value, str) and re.fullmatch(r"-?\d+\.\d\d", value):
        return Decimal(value)
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d", value):
        return datetime.fromisoformat(value)
    return value
