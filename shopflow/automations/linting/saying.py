"""Findings in words that are translated when they are read."""

from __future__ import annotations

from typing import Any

from django.utils.functional import lazy

from shopflow.contracts.linting import ERROR, WARNING, Finding
from shopflow.contracts.types import Label


def say(sentence: Label, **words: Any) -> Label:
    """``sentence % words``, in the language of whoever reads it."""
    return _said(sentence, words) if words else sentence


_said = lazy(lambda sentence, words: str(sentence) % words, str)


def error(code: str, step: str, message: Label, advice: Label) -> Finding:
    return Finding(code, ERROR, step, message, advice)


def warning(code: str, step: str, message: Label, advice: Label) -> Finding:
    return Finding(code, WARNING, step, message, advice)
