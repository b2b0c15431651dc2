"""The registered staff pages, each below its own code."""

from __future__ import annotations

from django.urls import include, path

from shopflow.contracts.pages import staff_pages

app_name = "shopflow-staff"

urlpatterns = [path(f"{page.code}/", include(list(page.urlpatterns()))) for page in staff_pages]
