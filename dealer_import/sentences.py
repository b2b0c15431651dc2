"""Sentences for people in the reader's language, and as they stand in the code where Django is not set up."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext


def say(sentence: str) -> str:
    """``sentence`` translated; readers and mapping also work in programs that have no Django settings."""
    try:
        return gettext(sentence)
    except ImproperlyConfigured:
        return sentence
