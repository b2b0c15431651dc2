"""The languages that people want their mails in, read once for everybody of a batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property

from shopflow.audience.models import Contact
from shopflow.core.rows import OneOf
from shopflow.mailing.addresses import normalise_email


class _Batch:
    def __init__(self, emails: Iterable[str]) -> None:
        self.emails = frozenset(emails) - {""}

    @cached_property
    def languages(self) -> dict[str, str]:
        return dict(Contact.objects.filter(OneOf("email", self.emails)).values_list("email", "language"))


_batch: ContextVar[_Batch | None] = ContextVar("shopflow_languages", default=None)


@contextmanager
def known_together(emails: Iterable[str]) -> Iterator[None]:
    """Within the block the first question about one of ``emails`` is asked for all of them."""
    token = _batch.set(_Batch(emails))
    try:
        yield
    finally:
        _batch.reset(token)


def language_of(email: str) -> str:
    """The language of the contact with ``email``; empty where there is none."""
    email, batch = normalise_email(email), _batch.get()
    if batch is not None and email in batch.emails:
        return batch.languages.get(email, "")
    return Contact.objects.filter(email=email).values_list("language", flat=True).first() or ""
