"""Contact panels: what rooms show on the staff's page of one contact."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from shopflow.contracts.pages import Panel
from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label


@dataclass(frozen=True, kw_only=True)
class ShownContact:
    """The contact that the page is about. ``email`` is lower-case, ``user_id`` the account's, if any."""

    contact_id: int
    email: str
    user_id: int | None = None


class ContactPanel(ABC):
    """A box on the contact's page, seen by staff only: messages, runs of automations, parcels.

    ``permission`` (``app_label.codename``) is what staff need to see it; empty: whoever may see the contact.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    position: ClassVar[int] = 100
    permission: ClassVar[str] = ""

    @abstractmethod
    def panel(self, contact: ShownContact) -> Panel | None:
        """The panel, or None when there is nothing to show. A fixed, small number of queries."""


contact_panels: Registry[ContactPanel] = Registry("contact panel", ContactPanel)
