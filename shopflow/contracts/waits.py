"""Waits: moments that only a plugin knows, such as the next meeting of a club."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.forms import Form

from shopflow.contracts.automations import RunContext
from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label


class NoMoment(Exception):
    """Nobody can say when it will be; the text says why. The run is parked and shown to staff."""


class Wait(ABC):
    """Something that a run waits for and that comes by itself, at a moment known on arrival.

    A step says ``{"kind": "wait", "<code>": {settings}}``. ``needs`` names the fields of the event without which the
    moment is not known, ``form_class`` the form for the settings, ``description`` one sentence for people who look for
    it.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    description: ClassVar[Label] = ""
    needs: ClassVar[frozenset[str]] = frozenset()
    form_class: ClassVar[type[Form] | None] = None

    @abstractmethod
    def due(self, context: RunContext, settings: Mapping[str, Any], *, zone: str) -> datetime:
        """The moment, aware; asked once, when the run arrives. One that has passed ends the wait at once.

        ``zone`` is the name of the time zone that the person lives in. Reads and never writes. Raises
        :class:`NoMoment`.
        """

    def describe(self, settings: Mapping[str, Any]) -> Label:
        """What is waited for, as a sentence without a full stop: "Wait until the next meeting". The label, unless
        overridden.
        """
        return self.label


waits: Registry[Wait] = Registry("wait", Wait)
