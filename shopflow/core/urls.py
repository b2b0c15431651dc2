"""Where monitors ask: ``/health/`` and ``/health/ready/``."""

from django.urls import path

from shopflow.core import health

urlpatterns = [
    path("health/", health.alive, name="shopflow-alive"),
    path("health/ready/", health.ready, name="shopflow-ready"),
]
