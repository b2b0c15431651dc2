"""The project's Celery app: ``celery -A shopflow.project worker`` and ``... beat``."""

import os

from celery import Celery

from shopflow.project import broker  # noqa: F401 - teaches kombu the address folder://

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopflow.project.settings")

app = Celery("shopflow")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
