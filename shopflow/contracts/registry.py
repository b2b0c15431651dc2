"""The one registry class behind every socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, Protocol, TypeVar

from django.core.exceptions import ImproperlyConfigured


class Extension(Protocol):
    """What every registered thing has: a short stable code and a label for people."""

    code: Any
    label: Any


class UnknownCode(LookupError):
    """A stored code that nothing registers any more, usually because a plugin was removed."""

    def __init__(self, socket: str, code: str) -> None:
        super().__init__(f"No {socket} with the code “{code}” is installed.")
        self.socket = socket
        self.code = code


T = TypeVar("T")
C = TypeVar("C", bound=type[Any])


class Registry(Generic[T]):
    """Extensions of one socket, by code.

    ``socket`` names the socket in error messages. Classes are instantiated without arguments when they are
    registered, except when ``classes`` is true (events are stored as classes). Adding never replaces: a second
    registration of a code raises :class:`~django.core.exceptions.ImproperlyConfigured` and names both sides.
    Iteration order is by code, so that it does not depend on import order.
    """

    def __init__(self, socket: str, base: type[T], *, classes: bool = False) -> None:
        self.socket = socket
        self.base = base
        self.classes = classes
        self._by_code: dict[str, Any] = {}

    def register(self, extension: C) -> C:
        """Class decorator: add ``extension`` under its code. Raises ImproperlyConfigured on a clash."""
        given: type[Any] = extension
        if not issubclass(given, self.base):
            raise ImproperlyConfigured(
                f"{_name(given)} cannot register as {self.socket}: it does not extend {_name(self.base)}."
            )
        code = getattr(given, "code", "")
        if not code or not isinstance(code, str):
            raise ImproperlyConfigured(f"{_name(given)} needs a non-empty “code” to register as {self.socket}.")
        if not getattr(given, "label", ""):
            raise ImproperlyConfigured(f"{_name(given)} needs a “label” to register as {self.socket}.")
        taken = self._by_code.get(code)
        if taken is not None:
            holder = taken if self.classes else type(taken)
            if holder is given:
                return extension
            raise ImproperlyConfigured(
                f"The {self.socket} code “{code}” of {_name(given)} is already taken by {_name(holder)}. "
                "Rename one of the two, or leave one plugin out with SHOPFLOW_PLUGINS_EXCLUDE."
            )
        self._by_code[code] = given if self.classes else given()
        return extension

    def get(self, code: str) -> T:
        """Return the extension with ``code``; raise :class:`UnknownCode` if none is installed."""
        if code not in self:
            raise UnknownCode(self.socket, code)
        found: T = self._by_code[code]
        return found

    def __contains__(self, code: object) -> bool:
        # What stands in a file may be no text at all.
        return isinstance(code, str) and code in self._by_code

    def __iter__(self) -> Iterator[T]:
        return iter([self._by_code[code] for code in sorted(self._by_code)])

    def __len__(self) -> int:
        return len(self._by_code)

    def codes(self) -> list[str]:
        """All registered codes, sorted."""
        return sorted(self._by_code)

    def choices(self) -> list[tuple[str, Any]]:
        """``(code, label)`` pairs for a form field."""
        return [(code, self._by_code[code].label) for code in self.codes()]

    @contextmanager
    def registered(self, *extensions: Callable[[], Any]) -> Iterator[None]:
        """Register for the length of a ``with`` block; for tests."""
        before = dict(self._by_code)
        try:
            for extension in extensions:
                self.register(extension)  # type: ignore[type-var]
            yield
        finally:
            self._by_code = before

    @contextmanager
    def without(self, *codes: str) -> Iterator[None]:
        """Act as if the plugins behind ``codes`` were removed; for tests."""
        before = dict(self._by_code)
        try:
            for code in codes:
                self._by_code.pop(code, None)
            yield
        finally:
            self._by_code = before


def _name(thing: type[Any]) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"
