"""Settings of the test run: the project's own, on a database and a data folder that belong to the run."""

import os
import tempfile

os.environ.setdefault("SHOPFLOW_DATA", tempfile.mkdtemp(prefix="shopflow-test-"))
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)

from shopflow.project.settings import *

DEBUG = False
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CELERY_TASK_ALWAYS_EAGER = False
CELERY_BROKER_URL = "memory://"
SHOPFLOW_MOVABLE_CLOCK = True
SITE_URL = "http://testserver"
