from __future__ import annotations

from django.conf import settings
from django.db.models import Q, QuerySet

from shopflow.contracts.pages import LegalPageType, legal_page_types
from shopflow.core.memo import kept_while_unchanged
from shopflow.legal.models import LegalPage, LegalTextVersion, OrderLegalText, WithdrawalDeclaration
from shopflow.mailing.models import Message


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
    """The versions in force of every type that is recorded with orders, in the types' order; one query at most."""
    return list(_versions_to_record(language))


@kept_while_unchanged("shopflow_legal.LegalTextVersion")
def _versions_to_record(language: str) -> tuple[LegalTextVersion, ...]:
    kinds = sorted((kind for kind in legal_page_types if kind.snapshot), key=lambda kind: kind.position)
    wanted = list(dict.fromkeys([language, language.split("-")[0], settings.LANGUAGE_CODE]))
    rows = LegalTextVersion.objects.filter(type_code__in=[kind.code for kind in kinds], language__in=wanted)
    newest = {(row.type_code, row.language): row for row in rows.defer("html").order_by("number")}
    found = [
        next((newest[kind.code, tongue] for tongue in wanted if (kind.code, tongue) in newest), None) for kind in kinds
    ]
    return tuple(version for version in found if version is not None)


def versions_of_order(order_id: int) -> list[LegalTextVersion]:
    """The versions that were recorded with an order; their long texts are read when they are asked for."""
    rows = OrderLegalText.objects.filter(order_id=order_id).select_related("version").order_by("pk")
    return [row.version for row in rows.defer("version__html")]


def missing_page_types() -> list[LegalPageType]:
    """Required kinds of legal texts without a live page."""
    live = set(LegalPage.objects.live().values_list("type_code", flat=True))
    return [kind for kind in legal_page_types if kind.required and kind.code not in live]


def withdrawals_list(*, state: str = "", search: str = "") -> QuerySet[WithdrawalDeclaration]:
    """Declarations, newest first, by what staff have decided and by name, address, contract or order number."""
    rows: QuerySet[WithdrawalDeclaration] = WithdrawalDeclaration.objects.select_related("handling__order")
    if state:
        rows = rows.filter(handling__state=state)
    if search:
        rows = rows.filter(
            Q(name__icontains=search)
            | Q(email__iexact=search)
            | Q(contract__icontains=search)
            | Q(handling__order__number=search)
        )
    return rows.order_by("-received_at", "-pk")


def receipt_message(declaration_id: int) -> Message | None:
    """The mail with the receipt, so that staff see whether it has gone out."""
    return Message.objects.filter(dedupe_key=f"withdrawal:{declaration_id}:receipt").first()
