"""The legal texts that every German shop has, with their first drafts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.pages import LegalPageType, legal_page_types


class DraftedPageType(LegalPageType):
    """A page type whose draft is the template ``shopflow/legal/drafts/<code>.html``, in German like the law.

    ``draft_title`` heads the page: the words that the law or custom uses, whatever language staff work in.
    """

    draft_title: ClassVar[str] = ""

    def draft(self, facts: dict[str, Any]) -> str:
        html = render_to_string(f"shopflow/legal/drafts/{self.code}.html", facts)
        return "\n".join(line.strip() for line in html.splitlines() if line.strip())


@legal_page_types.register
class Imprint(DraftedPageType):
    code, slug, position = "impressum", "impressum", 10
    draft_title = "Impressum"
    label = _("Imprint")


@legal_page_types.register
class Privacy(DraftedPageType):
    code, slug, position = "datenschutz", "datenschutz", 20
    draft_title = "Datenschutzerklärung"
    label = _("Privacy notice")
    snapshot = True


@legal_page_types.register
class Terms(DraftedPageType):
    code, slug, position = "agb", "agb", 30
    draft_title = "Allgemeine Geschäftsbedingungen"
    label = _("Terms and conditions")
    snapshot = True


@legal_page_types.register
class WithdrawalInstruction(DraftedPageType):
    code, slug, position = "widerruf", "widerruf", 40
    draft_title = "Widerrufsbelehrung"
    label = _("Instructions on withdrawal")
    snapshot = True


@legal_page_types.register
class ShippingAndPayment(DraftedPageType):
    code, slug, position = "versand_zahlung", "versand-zahlung", 50
    draft_title = "Versand und Zahlung"
    label = _("Shipping and payment")
    snapshot = True


@legal_page_types.register
class Accessibility(DraftedPageType):
    """Not needed by micro-enterprises (§ 3 (3) BFSG)."""

    code, slug, position = "barrierefreiheit", "barrierefreiheit", 60
    draft_title = "Barrierefreiheit"
    label = _("Accessibility")
    required = False
