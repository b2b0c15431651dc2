"""The composition root: our own project around the add-on."""

from shopflow.project.celery import app as celery_app

__all__ = ["celery_app"]
