"""Pictures for lists, also when the storage has a bad day."""

from __future__ import annotations

import errno
import io

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from shopflow.storefront.queries import pictures as module
from shopflow.storefront.queries.pictures import pictures

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored():
    """Names of three pictures of 100 by 50 pixels."""
    file = io.BytesIO()
    Image.new("RGB", (100, 50), "navy").save(file, "PNG")
    names = [default_storage.save(f"tests/{n}.png", ContentFile(file.getvalue())) for n in range(3)]
    yield names
    for name in names:
        default_storage.delete(name)


def test_renditions_fit_into_the_box_and_missing_files_are_left_out(stored):
    found = pictures([*stored, "tests/none.png", ""], box=20)
    assert list(found) == stored
    assert {(picture.width, picture.height) for picture in found.values()} == {(20, 10)}


def test_known_renditions_take_one_query(stored, django_assert_num_queries):
    pictures(stored, box=20)
    cache.clear()
    with django_assert_num_queries(1):
        assert list(pictures(stored, box=20)) == stored


def test_a_full_disk_leaves_the_page_without_the_pictures_that_are_still_to_be_made(stored, monkeypatch, caplog):
    pictures(stored[:1], box=20)
    make, made = module.get_thumbnail, []

    def full(name, *args, **options):
        if name == stored[1]:
            raise OSError(errno.ENOSPC, "No space left on device")
        made.append(name)
        return make(name, *args, **options)

    monkeypatch.setattr(module, "get_thumbnail", full)
    assert list(pictures(stored, box=20)) == stored[:1]
    assert made == stored[:1]
    assert "No space left on device" in caplog.text


def test_a_file_that_is_no_picture_hides_no_other(stored, caplog):
    broken = default_storage.save("tests/broken.png", ContentFile(b"no picture"))
    try:
        assert list(pictures([stored[0], broken, stored[2]], box=20)) == [stored[0], stored[2]]
    finally:
        default_storage.delete(broken)
