"""What rooms show about contacts: panels on the staff's page of one of them, columns in the list of leads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, kw_only=True)
class ContactCell:
    """What a column says of one contact. ``url`` is a path of this shop; ``is_urgent`` lets it stand out."""

    text: Label
    url: str = ""
    is_urgent: bool = False


class ContactColumn(ABC):
    """A column in the staff's list of leads, such as the next task. ``permission`` as for a panel."""

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    position: ClassVar[int] = 100
    permission: ClassVar[str] = ""

    @abstractmethod
    def cells(self, contacts: Sequence[ShownContact]) -> Mapping[int, ContactCell]:
        """By ``contact_id``; contacts of whom there is nothing to say are left out. One query for all of them."""


contact_panels: Registry[ContactPanel] = Registry("contact panel", ContactPanel)
contact_columns: Registry[ContactColumn] = Registry("contact column", ContactColumn)
