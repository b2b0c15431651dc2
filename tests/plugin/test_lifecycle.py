"""An installable plugin, from ``pip install`` to its removal and back, on one and the same shop."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services import schema

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def run(*command: str, plugin: Path | None, database: Path, **more: str) -> subprocess.CompletedProcess[str]:
    paths = [str(ROOT), str(HERE / "acts"), *([str(plugin)] if plugin else [])]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CELERY", "CACHE"))},
        "PYTHONPATH": os.pathsep.join(paths),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"sqlite:///{database}",
        **more,
    }
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )


def succeed(*command: str, plugin: Path | None, database: Path) -> None:
    done = run(*command, plugin=plugin, database=database)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]


def install(source: Path, target: Path) -> Path:
    """``pip install`` into a folder of its own, without a network."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-index"]
    options = ["--no-deps", "--no-build-isolation", "--target", str(target), str(source)]
    done = subprocess.run([*pip, *options], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


def copy_of_the_plugin(folder: Path, **changes: tuple[str, str]) -> Path:
    """The plugin's source, with ``old`` replaced by ``new`` in the files named ``<stem>__<suffix>``."""
    source = folder / "source"
    shutil.copytree(HERE / "shopflow-dummy", source)
    for name, (old, new) in changes.items():
        path = next(source.rglob(name.replace("__", ".")))
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
    compile_translations(source)
    return source


def compile_translations(source: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for po in source.rglob("*.po"):
        with po.open("rb") as stream, po.with_suffix(".mo").open("wb") as made:
            write_mo(made, read_po(stream, locale="de"))


@pytest.fixture(scope="module")
def plugin(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plugin")
    return install(copy_of_the_plugin(folder), folder / "installed")


@pytest.mark.long
@pytest.mark.sqlite
def test_a_plugin_is_installed_removed_and_installed_again(plugin, tmp_path, django_db_blocker):
    shop = tmp_path / "shop.sqlite3"
    with django_db_blocker.unblock():
        schema.provide(str(shop))

    succeed(str(HERE / "acts" / "prepared.py"), plugin=plugin, database=shop)
    succeed(str(HERE / "acts" / "installed.py"), plugin=plugin, database=shop)
    succeed(str(HERE / "acts" / "removed.py"), plugin=None, database=shop)
    succeed(str(HERE / "acts" / "back.py"), plugin=plugin, database=shop)


def refusal(tmp_path: Path, **changes: tuple[str, str]) -> str:
    """What the start says when the plugin is installed with ``changes``; only the last line matters to people."""
    broken = install(copy_of_the_plugin(tmp_path, **changes), tmp_path / "installed")
    done = run("manage.py", "check", plugin=broken, database=tmp_path / "none.sqlite3")
    assert done.returncode != 0
    return done.stderr.strip().splitlines()[-1]


def test_a_wrong_version_stops_the_start(tmp_path):
    said = refusal(tmp_path, apps__py=('compatibility = "shopflow>=1.0,<2"', 'compatibility = "shopflow>=7"'))

    assert "The plugin “shopflow_dummy” wants shopflow>=7, but this is shopflow 1." in said
    assert "SHOPFLOW_PLUGINS_EXCLUDE=" in said


def test_a_taken_code_stops_the_start(tmp_path):
    said = refusal(
        tmp_path,
        extensions__py=(
            'code = "dummy_guest_book"\n    label = _("Guest book")\n\n    def define',
            'code = "order_status"\n    label = _("Guest book")\n\n    def define',
        ),
    )

    assert "The flow code “order_status” of shopflow_dummy.extensions.GuestBookFlow is already taken by" in said
    assert "shopflow.automations.extensions.flows.OrderStatusFlow" in said


def test_an_entry_point_that_names_a_module_stops_the_start(tmp_path):
    said = refusal(tmp_path, pyproject__toml=("shopflow_dummy.apps:DummyConfig", "shopflow_dummy.apps"))

    assert "“dummy = shopflow_dummy.apps” names a module" in said


def test_an_operator_can_leave_a_broken_plugin_out(tmp_path):
    broken = install(
        copy_of_the_plugin(tmp_path, apps__py=('compatibility = "shopflow>=1.0,<2"', 'compatibility = "shopflow>=7"')),
        tmp_path / "installed",
    )
    done = run(
        "manage.py",
        "check",
        plugin=broken,
        database=tmp_path / "none.sqlite3",
        SHOPFLOW_PLUGINS_EXCLUDE="dummy",
    )

    assert done.returncode == 0, done.stderr
