from __future__ import annotations

import hashlib
import uuid
from decimal import Decimal
from typing import Any, BinaryIO

import nh3
from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from shopflow.core import clock
from shopflow.core.queries import seller
from shopflow.core.services import audit, publish
from shopflow.delivery.events import FileVersionReleased
from shopflow.delivery.exceptions import UploadRefused
from shopflow.delivery.models import DigitalFile, DigitalGood, Lesson, LicenceKey, LicencePool
from shopflow.delivery.services.licences import new_key
from shopflow.delivery.uploads import check_upload, safe_filename
from shopflow.tax.services import set_tax_class

CHUNK = 1024 * 1024


@transaction.atomic
def create_product(
    *, title: str, description: str, net_price: Decimal, tax_class: str, category: Any, number: str = ""
) -> Any:
    """Create a catalogue product that is delivered without a parcel; ``net_price`` is without VAT, in euros."""
    product_class, _created = get_model("catalogue", "ProductClass").objects.get_or_create(
        slug="digital", defaults={"name": "Digital", "requires_shipping": False, "track_stock": False}
    )
    number = number or f"D-{slugify(title)[:40]}-{uuid.uuid4().hex[:6]}".upper()
    product = get_model("catalogue", "Product")(
        structure="standalone", product_class=product_class, upc=number, title=title, description=description
    )
    product.full_clean(exclude=["slug"])
    product.save()
    get_model("catalogue", "ProductCategory").objects.create(product=product, category=category)
    get_model("partner", "StockRecord").objects.create(
        product=product, partner=_partner(), partner_sku=number, price_currency="EUR", price=net_price
    )
    set_tax_class(product_id=product.pk, tax_class=tax_class)
    return product


def _partner() -> Any:
    """The shop's one seller; several would make it a marketplace by law (§ 312l BGB).

    The code is the one that catalogue imports use, so that whichever comes first makes the seller of both.
    """
    partners = get_model("partner", "Partner").objects
    return partners.order_by("pk").first() or partners.create(code="dms", name=seller().name)


@transaction.atomic
def save_good(*, product: Any, actor: Any = None, **facts: Any) -> DigitalGood:
    """Say what ``product`` delivers; ``facts`` are the fields of :class:`DigitalGood`."""
    good = DigitalGood.objects.filter(product=product).first() or DigitalGood(product=product)
    for name, value in facts.items():
        setattr(good, name, value)
    good.full_clean()
    good.save()
    if good.kind == DigitalGood.Kind.LICENCE:
        LicencePool.objects.get_or_create(good=good)
    if actor is not None:
        audit(actor=actor, action="digital_good.save", target=good, summary=str(good))
    return good


@transaction.atomic
def publish_edition(
    *,
    good: DigitalGood,
    label: str,
    version: str,
    filename: str,
    content: BinaryIO,
    size: int,
    changes: str = "",
    actor: Any = None,
) -> DigitalFile:
    """Store a new edition of the file ``label`` and make it the current one; older editions stay in the storage.

    Buyers hear of it, with ``changes``, unless it is the first one. Raises UploadRefused for a file of the wrong kind,
    an empty one, and for the one that is current already.
    """
    content_type = check_upload(filename=filename, size=size, content=content)
    digest = _sha256(content)
    same = DigitalFile.objects.select_for_update().filter(good=good, label=label)
    current = same.filter(is_current=True).first()
    if current is not None and current.sha256 == digest:
        raise UploadRefused(
            _("This is the same file as edition %(edition)d, which is current. Nothing was changed.")
            % {"edition": current.edition}
        )
    last = same.order_by("-edition").first()
    name = f"digital/{good.pk}/{uuid.uuid4().hex}/{safe_filename(filename)}"
    stored = storages["private"].save(name, File(content))
    same.filter(is_current=True).update(is_current=False)
    edition = DigitalFile.objects.create(
        good=good,
        label=label,
        edition=last.edition + 1 if last else 1,
        version=version,
        changes=changes.strip(),
        filename=safe_filename(filename),
        content_type=content_type,
        storage_name=stored,
        size=size,
        sha256=digest,
        uploaded_at=clock.now(),
    )
    if last is not None:
        publish(FileVersionReleased(good_id=good.pk, file_id=edition.pk), source_key=f"file:{edition.pk}:released")
    if actor is not None:
        audit(actor=actor, action="digital_good.edition", target=edition, summary=f"{good}: {edition}")
    return edition


def _sha256(content: BinaryIO) -> str:
    digest = hashlib.sha256()
    content.seek(0)
    while chunk := content.read(CHUNK):
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()


@transaction.atomic
def save_lesson(
    *, good: DigitalGood, position: int, title: str, html: str, file: DigitalFile | None = None, actor: Any = None
) -> Lesson:
    """Store the lesson at ``position``; its HTML is cleaned of everything that could run."""
    lesson = Lesson.objects.filter(good=good, position=position).first() or Lesson(good=good, position=position)
    lesson.title, lesson.html, lesson.file = title, nh3.clean(html), file
    lesson.full_clean()
    lesson.save()
    if actor is not None:
        audit(actor=actor, action="digital_good.lesson", target=lesson, summary=f"{good}: {lesson}")
    return lesson


@transaction.atomic
def save_pool(*, good: DigitalGood, prefix: str, is_generated: bool, actor: Any = None) -> LicencePool:
    """Say where a licence's keys come from."""
    pool, _created = LicencePool.objects.update_or_create(
        good=good, defaults={"prefix": prefix.upper(), "is_generated": is_generated}
    )
    if actor is not None:
        audit(actor=actor, action="licence_pool.save", target=pool, summary=str(pool))
    return pool


@transaction.atomic
def add_keys(*, pool: LicencePool, keys: list[str], count: int = 0, actor: Any = None) -> int:
    """Put keys into a pool: those given (the ones that exist already are skipped) and ``count`` new ones."""
    given = list(dict.fromkeys(key.strip() for key in keys if key.strip()))
    known = set(LicenceKey.objects.filter(key__in=given).values_list("key", flat=True))
    fresh = [key for key in given if key not in known] + [new_key(pool.prefix) for _number in range(count)]
    LicenceKey.objects.bulk_create([LicenceKey(pool=pool, key=key) for key in fresh])
    if actor is not None:
        audit(actor=actor, action="licence_pool.add", target=pool, summary=f"{pool}: +{len(fresh)}")
    return len(fresh)


def set_cover(*, product: Any, content: bytes, filename: str) -> None:
    """Give the product its picture, in place of the first one that it has."""
    images = get_model("catalogue", "ProductImage").objects
    image = images.filter(product=product, display_order=0).first()
    if image is None:
        image = get_model("catalogue", "ProductImage")(product=product, display_order=0, caption=product.get_title())
    image.original.save(filename, ContentFile(content), save=True)
