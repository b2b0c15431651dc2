from __future__ import annotations

from django.urls import URLPattern, path

from shopflow.automations import dashboard

urlpatterns: list[URLPattern] = [
    path("", dashboard.flow_list, name="automations"),
    path("ablauf/<slug:code>/", dashboard.flow_page, name="automations-flow"),
    path("ablauf/<slug:code>/schalter/", dashboard.flow_switch, name="automations-switch"),
    path("laeufe/", dashboard.run_list, name="automations-runs"),
    path("laeufe/<int:run_id>/", dashboard.run_page, name="automations-run"),
    path("laeufe/<int:run_id>/<slug:verb>/", dashboard.run_move, name="automations-run-move"),
    path("warum/", dashboard.why, name="automations-why"),
    path("zustellungen/", dashboard.deliveries, name="automations-deliveries"),
]
