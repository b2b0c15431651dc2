"""Tables of the legal room: pages, versions of legal texts, declarations of withdrawal."""

from shopflow.legal.models.pages import HomePage, LegalPage
from shopflow.legal.models.versions import LegalTextFile, LegalTextVersion, OrderLegalText
from shopflow.legal.models.withdrawal import WithdrawalDeclaration, WithdrawalHandling

__all__ = [
    "HomePage",
    "LegalPage",
    "LegalTextFile",
    "LegalTextVersion",
    "OrderLegalText",
    "WithdrawalDeclaration",
    "WithdrawalHandling",
]
