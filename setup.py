"""The step that ``pyproject.toml`` cannot express: templates and compiled translations go into the wheel."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent


class BuildWithTemplates(build_py):
    """Puts ``templates/`` into the package ``shopflow`` and an ``.mo`` beside every ``.po``."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        built = Path(self.build_lib)
        shutil.copytree(ROOT / "templates", built / "shopflow" / "templates", dirs_exist_ok=True)
        for source in built.glob("*/**/locale/*/LC_MESSAGES/*.po"):
            compile_translations(source)


def compile_translations(source: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=source.parts[-3])
    with source.with_suffix(".mo").open("wb") as stream:
        write_mo(stream, catalogue)


setup(cmdclass={"build_py": BuildWithTemplates})
