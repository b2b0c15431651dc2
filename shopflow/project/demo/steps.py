"""What makes up the demo shop, in order. A room adds its part as ``<room>/demo.py`` with ``load(*, seller)``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.types import Label


@dataclass(frozen=True)
class Step:
    """One step: its function ``load(*, seller)`` by dotted path, and what it brings. ``slow`` ones can be left out."""

    name: str
    path: str
    label: Label
    slow: bool = False

    def function(self) -> Callable[..., Any] | None:
        """The step's function; None when the room has no demo data."""
        module = self.path.rpartition(".")[0]
        return import_string(self.path) if find_spec(module) is not None else None


STEPS = (
    Step("countries", "shopflow.project.demo.countries.load", _("countries")),
    Step("staff", "shopflow.project.demo.staff.load", _("staff login")),
    Step("payments", "shopflow.payments.demo.load", _("payment and shipping")),
    Step("documents", "shopflow.documents.demo.load", _("documents")),
    Step("catalogue", "shopflow.project.demo.catalogue.load", _("parts catalogue")),
    Step("parts", "shopflow.parts.demo.load", _("makers and manufacturers")),
    Step("delivery", "shopflow.delivery.demo.load", _("digital goods")),
    Step("legal", "shopflow.legal.demo.load", _("home page and legal pages")),
    Step("automations", "shopflow.automations.demo.load", _("automations")),
    Step("storefront", "shopflow.storefront.demo.load", _("storefront")),
    Step("pictures", "shopflow.project.demo.pictures.load", _("pictures"), slow=True),
)
