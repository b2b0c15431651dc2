"""Small pictures for lists: looked up together, made once, with their sizes so that nothing moves while they load."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files.storage import default_storage
from PIL import UnidentifiedImageError
from sorl.thumbnail import default, get_thumbnail
from sorl.thumbnail.images import ImageFile
from sorl.thumbnail.kvstores.base import add_prefix
from sorl.thumbnail.kvstores.cached_db_kvstore import EMPTY_VALUE
from sorl.thumbnail.models import KVStore

logger = logging.getLogger("shopflow.storefront")

OPTIONS = {"format": "WEBP", "quality": 82, "upscale": False}


@dataclass(frozen=True)
class Picture:
    """A rendition: its address and its size in pixels."""

    url: str
    width: int
    height: int


def pictures(names: Iterable[str], *, box: int) -> dict[str, Picture]:
    """Renditions of stored images that fit into a square of ``box`` pixels, by name; at most one query once made.

    Names without a file are left out. The first view of a picture makes its rendition. When that fails, because the
    storage does not answer or the disk is full, the page comes without the pictures that are still to be made.
    """
    geometry = f"{box}x{box}"
    wanted = {name: _key(name, geometry) for name in dict.fromkeys(names) if name}
    known = _warm_up(set(wanted.values()))
    found = {}
    for name, key in wanted.items():
        try:
            if key not in known and not default_storage.exists(name):
                continue
            thumbnail = get_thumbnail(name, geometry, **OPTIONS)
            found[name] = Picture(thumbnail.url, thumbnail.width, thumbnail.height)
        except (UnidentifiedImageError, TypeError):  # sorl gives a rendition without a size
            logger.exception("“%s” is no picture.", name)
            continue
        except Exception:
            logger.exception("No rendition of “%s” could be made; the page is shown without.", name)
            break
    return found


def _key(name: str, geometry: str) -> str:
    """The key under which sorl knows the rendition, made as its own ``get_thumbnail`` makes it."""
    options = {**default.backend.default_options, **OPTIONS}
    filename = default.backend._get_thumbnail_filename(ImageFile(name), geometry, options)
    return add_prefix(ImageFile(filename, default.storage).key)


def _warm_up(keys: set[str]) -> set[str]:
    """Put what sorl's table knows of ``keys`` into its cache with one query, and return the known ones."""
    cache = default.kvstore.cache
    cached = cache.get_many(keys)
    missing = keys - cached.keys()
    stored = dict(KVStore.objects.filter(key__in=missing).values_list("key", "value")) if missing else {}
    cache.set_many(stored)
    return stored.keys() | {key for key, value in cached.items() if value is not EMPTY_VALUE}
