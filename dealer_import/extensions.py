from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from dealer_import import dashboard
from dealer_import.sources.csv import CsvSource
from shopflow.contracts.imports import import_sources
from shopflow.contracts.pages import StaffPage, staff_pages

import_sources.register(CsvSource)


@staff_pages.register
class ImportsPage(StaffPage):
    """Import runs: what came in, what was refused, what waits for a decision."""

    code = "imports"
    label = _("Imports")
    group = _("Catalogue")
    icon = "file-input"
    position = 30
    permission = dashboard.VIEW
    url_name = "import-runs"

    def urlpatterns(self) -> Sequence[URLPattern]:
        return [
            path("", dashboard.run_list, name="import-runs"),
            path("neu/", dashboard.upload, name="import-upload"),
            path("<int:pk>/", dashboard.run_detail, name="import-run"),
            path("<int:pk>/befunde.csv", dashboard.run_findings, name="import-findings"),
            path("<int:pk>/anwenden/", dashboard.run_apply, name="import-apply"),
            path("<int:pk>/entscheiden/", dashboard.run_decide, name="import-decide"),
        ]
