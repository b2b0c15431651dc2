"""What programs ask for by name stays beside the hashed names; everything else is kept once."""

from __future__ import annotations

from shopflow.project.environment import storages
from shopflow.project.static_files import StaticFilesStorage


def test_the_editor_of_descriptions_finds_its_parts(tmp_path):
    theme, style = tmp_path / "oscar/js/tinymce/themes/silver/theme.min.js", tmp_path / "shopflow/css/base.css"
    for path in (theme, style):
        path.parent.mkdir(parents=True)
        path.write_text("x")
    StaticFilesStorage(location=tmp_path).delete_files({str(path.relative_to(tmp_path)) for path in (theme, style)})
    assert (theme.exists(), style.exists()) == (True, False)


def test_the_shop_uses_this_storage(tmp_path):
    named = f"{StaticFilesStorage.__module__}.{StaticFilesStorage.__qualname__}"
    assert storages(tmp_path)["staticfiles"]["BACKEND"] == named
