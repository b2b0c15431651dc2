"""Pictures and papers out of the dealer's folder, to the parts whose deliveries name them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from oscar.core.loading import get_model

from dealer_import.media import PAPERS, PICTURES, files_in, is_picture, media_folder, paper_kind, picture_numbers
from dealer_import.models import FieldOwner
from shopflow.core import clock
from shopflow.parts.models import PartDocument, PartFile, PartRecord
from shopflow.parts.services import add_document, announce_change, review_products

BATCH = 1000
MARK = "import"
"""How the code of an imported picture begins; pictures of staff have none and always come first."""
AFTER_STAFF = 100
FOLDER = "images/products/import"


@dataclass
class Attached:
    """How many pictures were added, changed and taken away, and how many papers added."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    papers: int = 0

    @property
    def pictures(self) -> int:
        return self.added + self.changed + self.removed


def attach_media() -> Attached:
    """Bring the pictures of all parts to what the deliveries name, as far as the folder holds them.

    A part of which no delivery names a picture has those that are called by its number. Safe to be done twice; a part
    whose picture field is locked stays as it is.
    """
    done, folder = Attached(), media_folder()
    if folder is None:
        return done
    pictures, papers = files_in(folder, PICTURES), files_in(folder, PAPERS)
    if pictures:
        locked = set(FieldOwner.objects.filter(field="image", owner="locked").values_list("part_id", flat=True))
        numbered = called_by_number(pictures)
        for parts in chain(_batches(numbered), _more(numbered)):
            _attach({pk: what for pk, what in parts.items() if pk not in locked}, pictures, done)
    if papers:
        _add_papers(papers, done)
    if done.pictures:
        with transaction.atomic():
            announce_change(run_id=None, changed=done.pictures)
    return done


def called_by_number(pictures: Mapping[str, Path]) -> dict[int, list[str]]:
    """Part → names of the pictures that are called by its number, ``1k0 615 301.jpg`` before ``1K0-615-301_2.jpg``.

    A number that parts of several brands have tells of none of them.
    """
    read = {name: picture_numbers(path.stem) for name, path in pictures.items()}
    owners = _owners({key for numbers in read.values() for _place, keys in numbers for key in keys})
    found: dict[int, list[tuple[int, str]]] = {}
    for name, numbers in read.items():
        for place, keys in numbers:
            parts = sorted({part for key in keys for part in owners.get(key, ())})
            if len(parts) == 1:
                found.setdefault(parts[0], []).append((place, name))
            if parts:
                break
    return {part: [name for _place, name in sorted(names)] for part, names in found.items()}


def _owners(keys: Iterable[str]) -> dict[str, set[int]]:
    """The parts that have each of these number keys."""
    wanted, owners = iter(keys), dict[str, set[int]]()
    while batch := list(islice(wanted, BATCH)):
        for pk, key in PartRecord.objects.filter(number_key__in=batch).values_list("pk", "number_key"):
            owners.setdefault(key, set()).add(pk)
    return owners


def _named() -> Q:
    """Parts of which a delivery names pictures, or that have any from the folder."""
    image = get_model("catalogue", "ProductImage")
    marked = image.objects.filter(code__startswith=f"{MARK}:").values("product_id")
    further = PartFile.objects.filter(kind=PartFile.Kind.PICTURE)
    return Q(image_name__gt="") | Q(pk__in=further.values("part_id")) | Q(product_id__in=marked)


def _batches(numbered: Mapping[int, list[str]]) -> Iterator[dict[int, tuple[int, list[str]]]]:
    """Part → product and the names of its pictures, for parts that have any or had."""
    further = PartFile.objects.filter(kind=PartFile.Kind.PICTURE)
    keys = PartRecord.objects.filter(_named()).order_by("pk").values_list("pk", flat=True).iterator(chunk_size=5000)
    while batch := list(islice(keys, BATCH)):
        rows = PartRecord.objects.filter(pk__in=batch).values_list("pk", "product_id", "image_name")
        parts = {pk: (product, [name] if name else []) for pk, product, name in rows}
        for pk, name in further.filter(part_id__in=batch).order_by("position").values_list("part_id", "name"):
            if name.casefold() not in map(str.casefold, parts[pk][1]):
                parts[pk][1].append(name)
        for pk, (_product, names) in parts.items():
            names += () if names else numbered.get(pk, ())
        yield parts


def _more(numbered: Mapping[int, list[str]]) -> Iterator[dict[int, tuple[int, list[str]]]]:
    """The same for parts that have a picture by their number alone, and had none before."""
    keys = iter(sorted(numbered))
    while batch := list(islice(keys, BATCH)):
        rows = PartRecord.objects.filter(pk__in=batch).exclude(_named()).values_list("pk", "product_id")
        yield {pk: (product, numbered[pk]) for pk, product in rows}


@transaction.atomic
def _attach(parts: dict[int, tuple[int, list[str]]], there: dict[str, Path], done: Attached) -> None:
    image = get_model("catalogue", "ProductImage")
    products = dict(parts.values())
    known: dict[str, Any] = {
        row.code: row for row in image.objects.filter(product_id__in=products, code__startswith=f"{MARK}:")
    }
    touched = set()
    for product, names in products.items():
        for place, name in enumerate(names, start=AFTER_STAFF):
            row, path = known.pop(_code(product, name), None), there.get(name.casefold())
            if path is not None and _bring(image, product, name, place, row, path, done):
                touched.add(product)
    if known:
        touched |= {row.product_id for row in known.values()}
        done.removed += len(known)
        image.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
    if touched:
        review_products(touched)


def _bring(image: Any, product: int, name: str, place: int, row: Any, path: Path, done: Attached) -> bool:
    """Add one picture, or bring it up to date; whether anything was done."""
    if row is not None:
        is_newer = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC) > row.date_created
        if row.display_order == place and not is_newer:
            return False
        stored = _stored(path) if is_newer else row.original.name
        if not stored or (stored == row.original.name and row.display_order == place):
            return False
        image.objects.filter(pk=row.pk).update(original=stored, display_order=place, date_created=clock.now())
        done.changed += 1
        return True
    stored = _stored(path)
    if not stored:
        return False
    new = image(product_id=product, code=_code(product, name), original=stored, display_order=place)
    new.date_created = clock.now()
    image.objects.bulk_create([new])
    done.added += 1
    return True


def _code(product: int, name: str) -> str:
    return f"{MARK}:{product}:{name.casefold()}"


def _stored(path: Path) -> str:
    """The name under which the shop keeps a copy; the same picture of several parts is kept once. Empty for none."""
    if not is_picture(path):
        return ""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()[:32]
        name = f"{FOLDER}/{digest}{path.suffix.lower()}"
        if default_storage.exists(name):
            return name
        stream.seek(0)
        return str(default_storage.save(name, File(stream)))


def _add_papers(there: dict[str, Path], done: Attached) -> None:
    """Papers that parts name and the shop does not have yet; one that staff have uploaded stays theirs."""
    known = {name.casefold() for name in PartDocument.objects.values_list("name", flat=True)}
    first = PartRecord.objects.exclude(document_name="").order_by().values_list("document_name", flat=True).distinct()
    further = PartFile.objects.filter(kind=PartFile.Kind.DOCUMENT).order_by().values_list("name", flat=True).distinct()
    for name in sorted({*first, *further}):
        path = there.get(name.casefold())
        if path is None or name.casefold() in known:
            continue
        known.add(name.casefold())
        with path.open("rb") as stream:
            try:
                add_document(
                    file=File(stream, name=name), name=name, kind=paper_kind(name), title="", parts=[], actor=None
                )
            except ValidationError:
                continue
        done.papers += 1
