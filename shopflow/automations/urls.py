from __future__ import annotations

from django.urls import URLPattern, path

from shopflow.automations.dashboard import flows, people, reports, rules, runs, versions

urlpatterns: list[URLPattern] = [
    path("", flows.flow_list, name="automations"),
    path("ablauf/<slug:code>/", flows.flow_page, name="automations-flow"),
    path("ablauf/<slug:code>/schalter/", flows.flow_switch, name="automations-switch"),
    path("ablauf/<slug:code>/pause/", flows.flow_pause, name="automations-pause"),
    path("fassung/<int:version_id>/wieder/", versions.version_again, name="automations-version-again"),
    path("fassung/<int:version_id>/mitnehmen/", versions.take_along, name="automations-take-along"),
    path("berichte/", reports.overview, name="automations-reports"),
    path("berichte/auffrischen/", reports.refresh, name="automations-reports-refresh"),
    path("berichte/regeln/", reports.rules, name="automations-reports-rules"),
    path("berichte/<slug:code>/", reports.report, name="automations-report"),
    path("berichte/<slug:code>/tage.csv", reports.report_csv, name="automations-report-csv"),
    path("laeufe/", runs.run_list, name="automations-runs"),
    path("laeufe/<int:run_id>/", runs.run_page, name="automations-run"),
    path("laeufe/<int:run_id>/<slug:verb>/", runs.run_move, name="automations-run-move"),
    path("regeln/", rules.rules, name="automations-rules"),
    path("regeln/stopp/", rules.halt, name="automations-halt"),
    path("regeln/geschlossen/", rules.close, name="automations-close"),
    path("regeln/geschlossen/<int:closure_id>/", rules.reopen, name="automations-reopen"),
    path("warum/", people.why, name="automations-why"),
    path("warum/sperre/", people.block, name="automations-block"),
    path("zustellungen/", people.deliveries, name="automations-deliveries"),
]
