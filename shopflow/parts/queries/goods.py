"""What a part is in the eyes of the law: by its own entry, else by the nearest category that says so."""

from __future__ import annotations

from collections.abc import Collection

from django.core.cache import cache
from django.db.models import Q
from oscar.core.loading import get_model

from shopflow.parts.models import GoodsCategory, PartRecord

Goods = PartRecord.GoodsClass
CACHE_KEY = "shopflow:parts:goods"
CACHE_SECONDS = 300


def classified_categories() -> dict[int, str]:
    """Kind of goods by category id, subcategories included; at most two queries."""
    own = dict(GoodsCategory.objects.values_list("category_id", "goods_class"))
    if not own:
        return {}
    step = get_model("catalogue", "Category").steplen
    rows = list(get_model("catalogue", "Category").objects.order_by("path").values_list("path", "pk"))
    by_path: dict[str, str] = {}
    found = {}
    for path, pk in rows:
        kind = own.get(pk) or by_path.get(path[:-step], "")
        by_path[path] = kind
        if kind:
            found[pk] = kind
    return found


def in_goods_class(*classes: str) -> Q:
    """A condition on part records: goods of one of these kinds."""
    categories = [pk for pk, kind in classified_categories().items() if kind in classes]
    own = Q(goods_class__in=classes)
    if not categories:
        return own
    link = get_model("catalogue", "ProductCategory")
    inside = link.objects.filter(category_id__in=categories).values("product_id")
    return own | Q(goods_class="", product_id__in=inside)


def goods_class_of(record: PartRecord) -> str:
    """The kind of goods of one part; empty when nothing is special about it. One query, none if the part says it."""
    return goods_classes_of([record])[record.product_id]


def goods_classes_of(records: Collection[PartRecord], *, only: str = "") -> dict[int, str]:
    """The kinds of goods of these parts, by product; one query if any of them leaves it to its category.

    ``only`` asks for this kind alone: no query where no category holds it.
    """
    known = _remembered_categories() if any(not record.goods_class for record in records) else {}
    known = {pk: kind for pk, kind in known.items() if kind != Goods.NONE and only in ("", kind)}
    found = {record.product_id: "" if record.goods_class == Goods.NONE else record.goods_class for record in records}
    if not known:
        return found
    unsaid = [record.product_id for record in records if not record.goods_class]
    link = get_model("catalogue", "ProductCategory").objects.filter(product_id__in=unsaid)
    for product_id, category_id in link.values_list("product_id", "category_id"):
        found[product_id] = found[product_id] or known.get(category_id, "")
    return found


def _remembered_categories() -> dict[int, str]:
    known: dict[int, str] | None = cache.get(CACHE_KEY)
    if known is None:
        known = classified_categories()
        cache.set(CACHE_KEY, known, CACHE_SECONDS)
    return known


def forget_goods() -> None:
    cache.delete(CACHE_KEY)
