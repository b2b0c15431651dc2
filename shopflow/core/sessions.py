"""Django's sessions in the database, written in one statement instead of four.

A key of 32 random characters need not be looked up before it is taken: saving a taken one fails, and another is
drawn. A single row needs no transaction around it. ``SESSION_ENGINE = "shopflow.core.sessions"``; the table is
Django's own.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, CreateError, UpdateError
from django.db import DatabaseError, IntegrityError, router, transaction
from django.utils.crypto import get_random_string


class SessionStore(db.SessionStore):
    def _get_new_session_key(self) -> str:
        return get_random_string(32, VALID_KEY_CHARS)

    def save(self, must_create: bool = False) -> None:
        using = router.db_for_write(self.model)
        if self.session_key is None or transaction.get_connection(using).in_atomic_block:
            super().save(must_create)
            return
        row: Any = self.create_model_instance(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        try:
            row.save(force_insert=must_create, force_update=not must_create, using=using)
        except IntegrityError as error:
            if must_create:
                raise CreateError from error
            raise
        except DatabaseError as error:
            if must_create:
                raise
            raise UpdateError from error
