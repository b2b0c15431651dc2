"""The project's settings for measurements: the database and data folder come from the environment."""

from shopflow.project.settings import *

DEBUG = False
ALLOWED_HOSTS = ["*"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
