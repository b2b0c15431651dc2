"""Panels, staff pages and legal page types: what rooms show on pages that do not know them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from django.urls import URLPattern, URLResolver

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import JSONDict, Label


class Audience(StrEnum):
    CUSTOMER = "customer"
    STAFF = "staff"


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A piece of a page: a template and its context, under a heading."""

    title: Label
    template: str
    context: JSONDict = field(default_factory=dict)


class OrderPanel(ABC):
    """A box on the order page (staff), the status page and the account's order page (customers).

    Who may see the order has been checked by the page. None means: nothing to show here.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    position: ClassVar[int] = 100

    @abstractmethod
    def panel(self, *, order_id: int, audience: Audience) -> Panel | None:
        """The panel for this order and reader, or None."""


class ProductPanel(ABC):
    """A box on the product page. ``digital_only``: not even asked about goods that are sent or fetched."""

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    position: ClassVar[int] = 100
    digital_only: ClassVar[bool] = False

    @abstractmethod
    def panel(self, *, product_id: int) -> Panel | None:
        """The panel for this product, or None."""


class StaffPage(ABC):
    """A page in the staff area, with its menu entry.

    ``urlpatterns`` are mounted below ``/dashboard/shopflow/<code>/`` in the namespace ``shopflow-staff``; the
    pattern named ``url_name`` is the menu's target. Every view checks ``permission`` through
    ``oscar_ext.dashboard.access.staff_page``; an empty permission means any staff member.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    group: ClassVar[Label] = ""
    icon: ClassVar[str] = "circle"
    position: ClassVar[int] = 100
    permission: ClassVar[str] = ""
    url_name: ClassVar[str] = ""

    @abstractmethod
    def urlpatterns(self) -> Sequence[URLPattern | URLResolver]:
        """The page's URL patterns."""


class AccountPage(ABC):  # noqa: B024 - it says where a page is; the page itself is a view
    """A page of the customer's account, for its menu. ``url_name`` is reversed without arguments."""

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    icon: ClassVar[str] = "circle"
    position: ClassVar[int] = 100
    url_name: ClassVar[str] = ""


class AttentionNote(ABC):
    """Something that waits for staff, on the first page of the staff area as long as there is any.

    ``label`` says what is counted, ``hint`` in one sentence what to do. People without ``permission``
    (``app_label.codename``; empty: any staff member) do not see it.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    hint: ClassVar[Label] = ""
    icon: ClassVar[str] = "circle-alert"
    position: ClassVar[int] = 100
    permission: ClassVar[str] = ""

    @abstractmethod
    def count(self) -> int:
        """How many wait; 0 hides the note. At most one query, cheap at any size of the shop."""

    @abstractmethod
    def url(self) -> str:
        """Where they are dealt with."""


class LegalPageType(ABC):
    """A legal text that the shop must have. ``slug`` is its path; ``required`` ones are missed by a system check.

    ``snapshot`` says that the version in force is recorded with each order.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    slug: ClassVar[str] = ""
    required: ClassVar[bool] = True
    snapshot: ClassVar[bool] = False
    position: ClassVar[int] = 100

    @abstractmethod
    def draft(self, facts: dict[str, Any]) -> str:
        """A first text (HTML) prefilled with the shop's ``facts``, for the operator's lawyer to confirm."""


order_panels: Registry[OrderPanel] = Registry("order panel", OrderPanel)
product_panels: Registry[ProductPanel] = Registry("product panel", ProductPanel)
staff_pages: Registry[StaffPage] = Registry("staff page", StaffPage)
account_pages: Registry[AccountPage] = Registry("account page", AccountPage)
attention_notes: Registry[AttentionNote] = Registry("attention note", AttentionNote)
legal_page_types: Registry[LegalPageType] = Registry("legal page type", LegalPageType)
