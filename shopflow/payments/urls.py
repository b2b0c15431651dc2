"""Addresses below ``/zahlung/``. The two ``process`` names have no namespace: django-payments reverses them so."""

from __future__ import annotations

from django.urls import include, path, re_path
from payments.urls import static_callback

from shopflow.payments import views

urlpatterns = [
    path("process/<uuid:token>/", views.process, name="process_payment"),
    re_path(r"^process/(?P<variant>[a-z-]+)/$", static_callback, name="static_process_payment"),
    path("", include(([path("<uuid:token>/", views.pay, name="pay")], "shopflow-payments"))),
]
