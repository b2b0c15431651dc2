"""Writing many messages in one go: rendered one by one, inserted with one statement.

On PostgreSQL their primary keys are taken beforehand, so that a message can be named before its row is there. Elsewhere
each is inserted at once, and only what they have in common is read once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import IntegrityError, connection, transaction

from shopflow.core.rows import insert, new_keys
from shopflow.mailing.letterhead import Letterhead
from shopflow.mailing.models import Message

KEYS_AT_ONCE = 100

_pile: ContextVar[Pile | None] = ContextVar("shopflow_mail_pile", default=None)
_COLUMNS = tuple(field.attname for field in Message._meta.concrete_fields)


class Pile:
    """The messages of one transaction that are rendered and not inserted yet, by their dedupe keys.

    ``new`` holds keys of which the caller knows that no message has them.
    """

    def __init__(self) -> None:
        self.letterhead = Letterhead()
        self.messages: dict[str, Message] = {}
        self.new: set[str] = set()
        self._keys: list[int] = []

    def add(self, message: Message) -> bool:
        """Take ``message`` along and give it its key; False where it has to be inserted at once."""
        if connection.vendor != "postgresql":
            return False
        if not self._keys:
            self._keys = new_keys(Message, KEYS_AT_ONCE)
        message.pk = self._keys.pop()
        self.messages[message.dedupe_key] = message
        return True

    def write(self) -> None:
        """Insert everything. A message that another process has written meanwhile stays as it was written there."""
        rows = [tuple(getattr(message, name) for name in _COLUMNS) for message in self.messages.values()]
        try:
            with transaction.atomic():
                insert(Message, _COLUMNS, rows)
        except IntegrityError:
            Message.objects.bulk_create(self.messages.values(), ignore_conflicts=True)
        self.messages = {}


def current_pile() -> Pile | None:
    return _pile.get()


@contextmanager
def written_together() -> Iterator[None]:
    """Insert what is queued within the block at its end. The block must lie within the caller's transaction.

    Until then the rows are not there to be found. A message with attachments is inserted at once, because later mails
    ask which files went out.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("written_together() needs the transaction that the messages belong to.")
    pile = Pile()
    token = _pile.set(pile)
    try:
        yield
        pile.write()
    finally:
        _pile.reset(token)


def expect_new(dedupe_key: str) -> None:
    """Spare the search for an earlier message with this key: the caller has just found that there is none."""
    pile = _pile.get()
    if pile is not None:
        pile.new.add(dedupe_key)


@contextmanager
def undone_together() -> Iterator[None]:
    """A savepoint: an exception undoes what the block has written, and what it has put on the pile."""
    pile = _pile.get()
    before = len(pile.messages) if pile else 0
    try:
        with transaction.atomic():
            yield
    except BaseException:
        if pile is not None:
            for key in list(pile.messages)[before:]:
                del pile.messages[key]
        raise
