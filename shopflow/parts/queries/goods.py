"""What a part is in the eyes of the law: by its own entry, else by the nearest category that says so."""

from __future__ import annotations

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
    if record.goods_class:
        return "" if record.goods_class == Goods.NONE else str(record.goods_class)
    known: dict[int, str] | None = cache.get(CACHE_KEY)
    if known is None:
        known = classified_categories()
        cache.set(CACHE_KEY, known, CACHE_SECONDS)
    if not known:
        return ""
    link = get_model("catalogue", "ProductCategory").objects.filter(product_id=record.product_id)
    kinds = [known.get(pk, "") for pk in link.values_list("category_id", flat=True)]
    return next((kind for kind in kinds if kind and kind != Goods.NONE), "")


def forget_goods() -> None:
    cache.delete(CACHE_KEY)
