"""What is missing before the shop may sell. Checks that read the database run with ``check --database default``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004
from django.db import DatabaseError
from django.utils.translation import gettext as _

from shopflow.core.queries import seller
from shopflow.legal.models import LegalPage
from shopflow.legal.queries import missing_page_types

IDENTITY = ("street", "postcode", "city", "email", "phone")
"""What § 5 DDG and Art. 246a § 1 EGBGB want to know of the seller, beside the name."""


@register(Tags.compatibility)
def private_storage(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Legal PDFs and digital goods need a storage that no URL leads to."""
    if "private" in settings.STORAGES:
        return []
    return [
        Error(
            "The setting STORAGES has no entry “private”.",
            hint="Add one whose files no URL leads to; see docs/operate/settings.md.",
            id="shopflow.legal.E003",
        )
    ]


@register(Tags.database, deploy=True)
def ready_to_sell(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Required legal pages and the seller's identity, with ``check --deploy --database default``."""
    if not databases:
        return []
    try:
        return [*_missing_pages(), *_missing_identity(), *_unchecked_drafts()]
    except DatabaseError:
        return [
            Warning(
                "The legal pages could not be checked: the database is not migrated.",
                hint="Run manage.py migrate.",
                id="shopflow.legal.W002",
            )
        ]


def _missing_pages() -> list[CheckMessage]:
    return [
        Error(
            _("The legal page “%(page)s” is missing.") % {"page": kind.label},
            hint=_("Run manage.py create_legal_pages, or publish it under /%(slug)s/ in the content area.")
            % {"slug": kind.slug},
            id="shopflow.legal.E001",
        )
        for kind in missing_page_types()
    ]


def _missing_identity() -> list[CheckMessage]:
    company = seller()
    columns = {column.name: column for column in company._meta.fields}
    missing = [str(columns[name].verbose_name) for name in IDENTITY if not getattr(company, name)]
    if not company.vat_id and not company.tax_number:
        missing.append(_("VAT ID or tax number"))
    if not missing:
        return []
    return [
        Error(
            _("The seller's identity is incomplete: %(fields)s.") % {"fields": ", ".join(missing)},
            hint=_("Enter it in the staff area under “Company”; the imprint, contracts and invoices state it."),
            id="shopflow.legal.E002",
        )
    ]


def _unchecked_drafts() -> list[CheckMessage]:
    titles = LegalPage.objects.live().filter(checked_on=None).order_by("title").values_list("title", flat=True)
    if not titles:
        return []
    return [
        Warning(
            _("No lawyer has confirmed: %(titles)s.") % {"titles": ", ".join(titles)},
            hint=_("Have the drafts checked, then enter who did it and when in the content area."),
            id="shopflow.legal.W001",
        )
    ]
