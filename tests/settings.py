"""Settings of the test run: the project's own, on a database and a data folder that belong to the run."""

import atexit
import os
import shutil
import tempfile

_data = tempfile.mkdtemp(prefix="shopflow-test-")
_maker = os.getpid()


@atexit.register
def _remove_data() -> None:
    if os.getpid() == _maker:
        shutil.rmtree(_data, ignore_errors=True)


os.environ["SHOPFLOW_DATA"] = _data
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)


def _own_redis_database(name: str, offset: int) -> None:
    """Test processes side by side must not empty each other's cache or take each other's jobs."""
    server, _, _ = os.environ.get(name, "").rpartition("/")
    if server.startswith("redis://"):
        worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        os.environ[name] = f"{server}/{2 * worker + offset}"


_own_redis_database("CACHE_URL", 0)
_own_redis_database("CELERY_BROKER_URL", 1)

from shopflow.project.settings import *

DEBUG = False
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise.")]
CELERY_TASK_ALWAYS_EAGER = False
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", "memory://")
SHOPFLOW_MOVABLE_CLOCK = True
SITE_URL = "http://testserver"

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, so that a live server's threads and other processes see the same rows.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
SHOPFLOW_MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
