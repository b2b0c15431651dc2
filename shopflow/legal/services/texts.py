from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import translation
from wagtail.rich_text import expand_db_html

from shopflow.core import clock, pdf
from shopflow.core.links import absolute
from shopflow.core.queries import seller
from shopflow.legal.models import LegalPage, LegalTextFile, LegalTextVersion, OrderLegalText
from shopflow.legal.queries import versions_to_record


@transaction.atomic
def record_version(*, page: LegalPage) -> LegalTextVersion:
    """Store what ``page`` now says as the next version; the version in force if nothing has changed.

    Called on every publishing. Two publishings at once cannot both become one number: the second one fails.
    """
    html = expand_db_html(page.body)
    digest = hashlib.sha256(html.encode()).hexdigest()
    language = page.locale.language_code
    last: LegalTextVersion | None = (
        LegalTextVersion.objects.filter(type_code=page.type_code, language=language).order_by("-number").first()
    )
    if last is not None and last.sha256 == digest and last.title == page.title:
        return last
    version: LegalTextVersion = LegalTextVersion.objects.create(
        type_code=page.type_code,
        language=language,
        number=last.number + 1 if last else 1,
        title=page.title,
        html=html,
        sha256=digest,
        valid_from=clock.now(),
    )
    return version


@transaction.atomic
def pdf_of(*, version: LegalTextVersion) -> LegalTextFile:
    """The version's PDF, rendered on first use and kept with its hash from then on."""
    LegalTextVersion.objects.select_for_update().get(pk=version.pk)
    kept: LegalTextFile | None = LegalTextFile.objects.filter(version=version).first()
    if kept is not None:
        return kept
    with translation.override(version.language):
        content = pdf.render(
            "shopflow/legal/text_pdf.html",
            {"version": version, "seller": seller()},
            base_url=absolute("/"),
            forgiving=True,
        )
    name = f"legal/{version.type_code}-{version.language}-{version.number}-{version.sha256[:12]}.pdf"
    stored = storages["private"].save(name, ContentFile(content))
    row: LegalTextFile = LegalTextFile.objects.create(
        version=version, storage_name=stored, sha256=hashlib.sha256(content).hexdigest(), size=len(content)
    )
    return row


def record_order_texts(*, order_id: int, language: str) -> list[LegalTextVersion]:
    """Record with an order the versions in force of all texts that belong to it; in the order's transaction."""
    versions = versions_to_record(language)
    with transaction.atomic(savepoint=False):
        OrderLegalText.objects.bulk_create([OrderLegalText(order_id=order_id, version=found) for found in versions])
    return versions
