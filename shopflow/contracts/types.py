"""Shapes that several sockets share, named once."""

from __future__ import annotations

from typing import Any, TypeAlias

from django.utils.functional import Promise

Label: TypeAlias = str | Promise
"""A text for people, translated lazily."""

Scalar: TypeAlias = str | int | bool | None
"""What events and contexts may hold. No floats: money is integer cents."""

JSONDict: TypeAlias = dict[str, Any]
