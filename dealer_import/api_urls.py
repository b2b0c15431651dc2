from __future__ import annotations

from django.urls import URLPattern, path

from dealer_import import api

app_name = "dealer-import"

urlpatterns: list[URLPattern] = [
    path("lieferung/<int:pk>/", api.deliver, name="deliver"),
    path("lieferung/<int:pk>/<int:run_pk>/", api.delivery_run, name="delivery-run"),
]
