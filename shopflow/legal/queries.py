from __future__ import annotations

from django.conf import settings

from shopflow.contracts.pages import LegalPageType, legal_page_types
from shopflow.legal.models import LegalPage, LegalTextVersion, OrderLegalText


def version_in_force(code: str, language: str) -> LegalTextVersion | None:
    """The newest version of the legal text ``code``, in ``language`` or else in the shop's own; None without one."""
    for wanted in dict.fromkeys([language, language.split("-")[0], settings.LANGUAGE_CODE]):
        found: LegalTextVersion | None = (
            LegalTextVersion.objects.filter(type_code=code, language=wanted).order_by("-number").first()
        )
        if found is not None:
            return found
    return None


def versions_to_record(language: str) -> list[LegalTextVersion]:
    """The versions in force of every type that is recorded with orders, in the types' order."""
    kinds = sorted((kind for kind in legal_page_types if kind.snapshot), key=lambda kind: kind.position)
    found = [version_in_force(kind.code, language) for kind in kinds]
    return [version for version in found if version is not None]


def versions_of_order(order_id: int) -> list[LegalTextVersion]:
    """The versions that were recorded with an order."""
    rows = OrderLegalText.objects.filter(order_id=order_id).select_related("version").order_by("pk")
    return [row.version for row in rows]


def missing_page_types() -> list[LegalPageType]:
    """Required kinds of legal texts without a live page."""
    live = set(LegalPage.objects.live().values_list("type_code", flat=True))
    return [kind for kind in legal_page_types if kind.required and kind.code not in live]
