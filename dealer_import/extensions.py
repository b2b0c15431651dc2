from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from dealer_import import events, flows  # noqa: F401 - they register
from dealer_import.dashboard import access
from dealer_import.exports.reading import CatalogueSource, CatalogueWorkbook
from dealer_import.models import ImportOrigin, ImportRun
from dealer_import.queries.stopped import deliveries_to_apply
from dealer_import.sources import register_built_in
from dealer_import.transports.folder import FolderTransport
from dealer_import.transports.json_api import JsonApiTransport
from dealer_import.transports.locosoft import LocosoftTransport
from dealer_import.transports.mailbox import MailboxTransport
from dealer_import.transports.push import PushTransport
from dealer_import.transports.sftp import SftpTransport
from dealer_import.transports.web import WebTransport
from shopflow.contracts.imports import import_sources
from shopflow.contracts.pages import AttentionNote, StaffPage, attention_notes, staff_pages
from shopflow.contracts.transports import import_transports

register_built_in()
import_sources.register(CatalogueSource)
import_sources.register(CatalogueWorkbook)
import_transports.register(FolderTransport)
import_transports.register(WebTransport)
import_transports.register(SftpTransport)
import_transports.register(MailboxTransport)
import_transports.register(JsonApiTransport)
import_transports.register(PushTransport)
import_transports.register(LocosoftTransport)


@staff_pages.register
class ImportsPage(StaffPage):
    """Import runs: what came in, what was refused, what waits for a decision."""

    code = "imports"
    label = _("Imports")
    group = _("Catalogue")
    icon = "file-input"
    position = 30
    permission = access.VIEW
    url_name = "import-runs"

    def urlpatterns(self) -> Sequence[URLPattern]:
        from dealer_import.urls import urlpatterns

        return urlpatterns


@attention_notes.register
class HeldImports(AttentionNote):
    code = "imports_held"
    label = _("held imports")
    hint = _("They would change more than usual. Look at the findings, then decide what becomes of each.")
    icon = "file-input"
    position = 70
    permission = access.VIEW

    def count(self) -> int:
        return ImportRun.objects.filter(outcome=ImportRun.Outcome.HELD, decision="", dry_run=False).count()

    def url(self) -> str:
        return reverse("shopflow-staff:import-runs")


@attention_notes.register
class DeliveriesToApply(AttentionNote):
    code = "imports_to_apply"
    label = _("deliveries to apply")
    hint = _("They came by themselves and were only checked. Look at what they would change, then apply them.")
    icon = "file-check"
    position = 72
    permission = access.VIEW

    def count(self) -> int:
        return deliveries_to_apply().count()

    def url(self) -> str:
        return reverse("shopflow-staff:import-runs")


@attention_notes.register
class FailingOrigins(AttentionNote):
    code = "import_origins_failing"
    label = _("sources of files that fail")
    hint = _("Their last look for new files did not work. The page of the source says why.")
    icon = "cloud-alert"
    position = 75
    permission = access.VIEW

    def count(self) -> int:
        return ImportOrigin.objects.filter(enabled=True, failures__gt=0).count()

    def url(self) -> str:
        return reverse("shopflow-staff:import-origins")
