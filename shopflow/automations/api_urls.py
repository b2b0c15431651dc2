from __future__ import annotations

from django.urls import URLPattern, path

from shopflow.automations import api

app_name = "shopflow-automations"

urlpatterns: list[URLPattern] = [path("ereignis/", api.call, name="call")]
