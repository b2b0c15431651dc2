"""Addresses: one spelling for comparing, and a fingerprint for remembering without keeping them."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any

import idna
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import CharField, Func, Q


def normalise_email(email: str) -> str:
    """The spelling that all rooms compare by: trimmed, lower-case, and a domain with umlauts as punycode (UTS 46).

    The part before the @ is lower-cased, too: no provider of today tells ``Anna@`` from ``anna@``, people do not
    either. Nothing else is changed: dots and ``+tags`` belong to the address. A domain that is none stays as it is.
    """
    spelled = unicodedata.normalize("NFC", email.strip()).lower()
    local, at, domain = spelled.rpartition("@")
    if domain.isascii():
        return spelled
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return spelled


def spellings(email: str) -> list[str]:
    """How rooms that keep an address as typed may have written it, in lower case: its domain in both alphabets."""
    plain = normalise_email(email)
    local, at, domain = plain.rpartition("@")
    try:
        readable = idna.decode(domain)
    except idna.IDNAError:
        return [plain]
    return [plain] if readable == domain else [plain, f"{local}{at}{readable}"]


def named(field: str, email: str) -> Q:
    """Rows whose ``field`` holds ``email`` as it was typed, in whichever spelling; none for an empty address."""
    found = Q(pk__in=())
    for spelling in filter(None, spellings(email)):
        found |= Q(**{f"{field}__iexact": spelling})
    return found


def email_hash(email: str) -> str:
    """SHA-256 of the normalised address. Not keyed: a block must outlive every change of the secret key."""
    return hashlib.sha256(normalise_email(email).encode()).hexdigest()


class EmailHash(Func):
    """:func:`email_hash` of a column that holds normalised addresses, in SQL."""

    function = "SHA256"
    arity = 1
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
        return self.as_sql(compiler, connection, template=template, **more)


def is_valid(email: str) -> bool:
    """Whether a mail system could deliver to ``email`` at all, by its form."""
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= 254
