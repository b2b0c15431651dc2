from __future__ import annotations

from django.urls import path

from dealer_import.dashboard import exports, mending, origins, parallel, profiles, reports, runs, wizard

urlpatterns = [
    path("", runs.run_list, name="import-runs"),
    path("neu/", runs.upload, name="import-upload"),
    path("<int:pk>/", runs.run_detail, name="import-run"),
    path("<int:pk>/stand/", runs.run_progress, name="import-progress"),
    path("<int:pk>/befunde.csv", reports.run_findings, name="import-findings"),
    path("<int:pk>/fehler.<str:form>", reports.run_errors, name="import-errors"),
    path("<int:pk>/aenderungen/<str:what>/", reports.run_changes, name="import-changes"),
    path("<int:pk>/aenderungen/<str:what>.csv", reports.run_changes_csv, name="import-changes-csv"),
    path("<int:pk>/berichtigen/", mending.run_correct, name="import-correct"),
    path("<int:pk>/zuruecknehmen/", mending.run_roll_back, name="import-roll-back"),
    path("<int:pk>/anwenden/", runs.run_apply, name="import-apply"),
    path("<int:pk>/entscheiden/", runs.run_decide, name="import-decide"),
    path("quellen/", origins.origin_list, name="import-origins"),
    path("quellen/neu/<str:code>/", origins.origin_new, name="import-origin-new"),
    path("quellen/<int:pk>/", origins.origin_page, name="import-origin"),
    path("quellen/<int:pk>/aendern/", origins.origin_edit, name="import-origin-edit"),
    path("quellen/<int:pk>/nachsehen/", origins.origin_look, name="import-origin-look"),
    path("quellen/datei/<int:pk>/nochmal/", origins.file_again, name="import-file-again"),
    path("exporte/", exports.export_page, name="import-exports"),
    path("exporte/katalog.<str:form>", exports.catalogue_file, name="import-catalogue-file"),
    path("exporte/lieferanten/neu/", exports.supplier_edit, name="import-supplier-new"),
    path("exporte/lieferanten/<int:pk>/", exports.supplier_page, name="import-supplier"),
    path("exporte/lieferanten/<int:pk>/aendern/", exports.supplier_edit, name="import-supplier-edit"),
    path("exporte/lieferanten/<int:pk>/vorschlag.csv", exports.supplier_csv, name="import-supplier-csv"),
    path("parallel/", parallel.parallel_list, name="import-parallel"),
    path("parallel/<int:pk>/", parallel.parallel_page, name="import-parallel-run"),
    path("parallel/<int:pk>/umschalten/", parallel.parallel_switch, name="import-parallel-switch"),
    path("profile/", profiles.profile_list, name="import-profiles"),
    path("profile/neu/", wizard.start, name="import-wizard"),
    path("profile/entwurf/<int:pk>/", wizard.draft, name="import-draft"),
    path("profile/entwurf/<int:pk>/probelauf/", wizard.trial, name="import-trial"),
    path("profile/entwurf/<int:pk>/speichern/", wizard.save, name="import-draft-save"),
    path("profile/entwurf/<int:pk>/verwerfen/", wizard.drop, name="import-draft-drop"),
    path("profile/<str:name>/", profiles.profile_page, name="import-profile"),
    path("profile/<str:name>/toml/", profiles.profile_toml, name="import-profile-toml"),
    path("profile/<str:name>/version/<int:pk>/", profiles.version_restore, name="import-profile-restore"),
]
