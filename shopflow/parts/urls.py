from __future__ import annotations

from django.urls import path

from shopflow.parts.views import care, notices, vehicle

urlpatterns = [
    path("sicherheitshinweis/<str:token>/", notices.notice, name="parts-notice"),
    path("fahrzeug/", vehicle.picker, name="parts-vehicle"),
    path("fahrzeug/waehlen/", vehicle.choose, name="parts-vehicle-choose"),
    path("fahrzeug/entfernen/", vehicle.forget, name="parts-vehicle-forget"),
    path("accounts/fahrzeuge/", vehicle.garage, name="parts-garage"),
    path("accounts/fahrzeuge/merken/", vehicle.keep, name="parts-garage-keep"),
    path("accounts/fahrzeuge/<int:pk>/termine/", care.dates, name="parts-garage-dates"),
    path("accounts/fahrzeuge/<int:pk>/entfernen/", vehicle.drop, name="parts-garage-drop"),
]
