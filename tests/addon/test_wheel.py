"""The wheel holds everything, and turns a bare Oscar project into a shop with shopflow.

Django alone needs three minutes for the bare project's migrations, and the same migrations always make the same
schema. So that way is gone once: ``django_alone.json`` says which migrations, operations and packages it went through
and which schema came of it. While they are the same, it is enough that the quick way comes to exactly that schema;
otherwise Django migrates alone again. ``make compare-schemas`` makes it do so, and renews the file.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import warnings
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.services import schema

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("shopflow", "oscar_ext", "dealer_import")
DJANGO_ALONE = Path(__file__).with_name("django_alone.json")
RENEWED = "COMPARE_SCHEMAS"
"""Set in the environment, it makes Django migrate alone and has what comes of it written down."""

SETTINGS = """
from pathlib import Path

import oscar
from oscar.defaults import *

from shopflow.addon import configure

HERE = Path(__file__).resolve().parent
SECRET_KEY = "bare-project-" + "x" * 50
ALLOWED_HOSTS = ["*"]
DEBUG = False
INSTALLED_APPS = list(oscar.INSTALLED_APPS)
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "bare.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HERE / "bare.sqlite3"}}
STATIC_URL = "/static/"
STATIC_ROOT = HERE / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = HERE / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(HERE / "private"), "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
LANGUAGE_CODE = "de"
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
SITE_URL = "https://shop.example.org"
WAGTAILADMIN_BASE_URL = SITE_URL
CELERY_BROKER_URL = "memory://"
configure(globals())
"""
URLS = """
from django.contrib import admin
from django.urls import include, path

urlpatterns = [path("admin/", admin.site.urls), path("", include("shopflow.addon.urls"))]
"""
MIGRATE = """
import gc
import json
import sys
from contextlib import nullcontext

import django

gc.set_threshold(100_000, 20, 20)  # classes come and go by the ten thousand
django.setup()
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from shopflow.project.quick_states import quick_states

with quick_states() if sys.argv[1] == "quickly" else nullcontext():
    call_command("migrate", interactive=False, verbosity=0)
call_command("check", stdout=sys.stderr)
call_command("makemigrations", check_changes=True, dry_run=True, stdout=sys.stderr)
migrations = MigrationLoader(None).disk_migrations.values()
kinds = {type(operation).__module__ for migration in migrations for operation in migration.operations}
folders = [config.path + "/migrations" for config in apps.get_app_configs()]
print(json.dumps({"folders": folders, "modules": [sys.modules[name].__file__ for name in sorted(kinds)]}))
"""
VISIT = """
import django

django.setup()
import shopflow
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

assert settings.AUTH_USER_MODEL == "auth.User"
print("FROM", shopflow.__file__)
client = Client()
for path in ("/", "/catalogue/", "/dashboard/login/", "/health/", "/basket/"):
    print(path, client.get(path, follow=True).status_code)
user = get_user_model().objects.create_superuser("chef", "chef@example.org", "secret-pass-1")
client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
print("/dashboard/", client.get("/dashboard/").status_code)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from a copy of the source, so that nothing is left in the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in (*PACKAGES, "templates"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    for name in ("pyproject.toml", "setup.py", "README.md"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, source / name)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return next(folder.glob("shopflow-*.whl"))


def test_the_wheel_holds_code_templates_static_files_and_translations(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".mo":
                wanted.add(str(path.relative_to(ROOT)))
    for path in (ROOT / "templates").rglob("*"):
        if path.is_file():
            wanted.add(f"shopflow/{path.relative_to(ROOT)}")

    assert sorted(wanted - held) == []
    translations = {name for name in held if name.endswith(".po")}
    assert translations
    assert {name.removesuffix(".po") + ".mo" for name in translations} <= held


def test_the_wheel_holds_no_tests_and_no_data(wheel):
    names = zipfile.ZipFile(wheel).namelist()

    assert [name for name in names if name.startswith(("tests/", "var/", "benchmarks/"))] == []
    assert [name for name in names if name.endswith((".sqlite3", ".pyc"))] == []


def made_in(database: Path) -> dict[str, str]:
    """What made each table, index and trigger."""
    with closing(sqlite3.connect(database)) as connection:
        return dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"))


def whatever_the_user(made: dict[str, str]) -> dict[str, str]:
    """The same however the project's users are called."""
    reference = r'\b(?:bigint|integer)\b([^,]*) REFERENCES "(?:auth|shopflow_users)_user"'
    without_one = r'"user_id" (?:bigint|integer)\b'  # Wagtail's logs outlive the user
    return {
        name: re.sub(without_one, '"user_id" key', re.sub(reference, r"key\1 REFERENCES user", sql))
        for name, sql in made.items()
        if not name.startswith(("auth_user", "shopflow_user", "shopflow_demo_"))
    }


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def gone_through(folders: list[str], modules: list[str]) -> str:
    """A digest of all that makes a schema: packages, the apps' migrations and the kinds of operations in them."""
    parts = [(ROOT / "constraints" / "run.txt").read_text()]
    for path in [*(path for folder in folders for path in sorted(Path(folder).glob("*.py"))), *map(Path, modules)]:
        parts += ["/".join(path.parts[-3:]), path.read_text()]
    return digest("\0".join(parts))


def what_came(said: str, database: Path) -> dict[str, str]:
    """Which migrations were gone through, and which schema they made, as ``django_alone.json`` keeps it."""
    return {"migrations": gone_through(**json.loads(said)), "schema": digest(json.dumps(made_in(database)))}


@pytest.fixture
def bare(wheel, tmp_path):
    """Runs Python in a bare Oscar project that sees the installed wheel and nothing of the source."""
    installed, project = tmp_path / "installed", tmp_path / "project"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-index", "--no-deps"]
    command = [*pip, "--no-compile", "--target", str(installed), str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    (project / "bare").mkdir(parents=True)
    (project / "bare" / "__init__.py").write_text("")
    (project / "bare" / "settings.py").write_text(SETTINGS)
    (project / "bare" / "urls.py").write_text(URLS)
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment |= {"PYTHONPATH": f"{project}:{installed}", "DJANGO_SETTINGS_MODULE": "bare.settings"}

    def run(program: str, *arguments: str) -> str:
        command = [sys.executable, "-c", program, *arguments]
        done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=1800)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout

    return run


@pytest.mark.long
@pytest.mark.sqlite
def test_a_bare_oscar_project_becomes_a_shop(bare, tmp_path, django_db_blocker):
    """The schema is what Django alone makes, and, column by column, that of our project's own ``migrate``."""
    database, known = tmp_path / "project" / "bare" / "bare.sqlite3", json.loads(DJANGO_ALONE.read_text())
    came = what_came(bare(MIGRATE, "quickly"), database)
    if came != known or RENEWED in os.environ:
        warnings.warn("Django migrates alone: make compare-schemas writes down what comes of it", stacklevel=1)
        database.unlink()
        came = what_came(bare(MIGRATE, "alone"), database)
    answers = bare(VISIT).splitlines()

    assert answers[0] == f"FROM {tmp_path}/installed/shopflow/__init__.py"
    assert answers[1:] == [
        "/ 200",
        "/catalogue/ 200",
        "/dashboard/login/ 200",
        "/health/ 200",
        "/basket/ 200",
        "/dashboard/ 200",
    ]

    with django_db_blocker.unblock():
        schema.provide(str(tmp_path / "ours.sqlite3"))
    theirs, ours = whatever_the_user(made_in(database)), whatever_the_user(made_in(tmp_path / "ours.sqlite3"))
    assert len(ours) > 500
    assert sorted(name for name in theirs.keys() | ours.keys() if theirs.get(name) != ours.get(name)) == []
    if RENEWED in os.environ:
        DJANGO_ALONE.write_text(json.dumps(came, indent=2) + "\n")
