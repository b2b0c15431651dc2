"""What a part is in the eyes of the law: by its own entry, else by the nearest category that says so."""

from __future__ import annotations

from django.db.models import Q
from oscar.core.loading import get_model

from shopflow.core.memo import once_per_request
from shopflow.parts.models import GoodsCategory, PartRecord

Goods = PartRecord.GoodsClass


@once_per_request
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
    """The kind of goods of one part; empty when nothing is special about it. Two or three queries."""
    if record.goods_class:
        return "" if record.goods_class == Goods.NONE else str(record.goods_class)
    known = classified_categories()
    if not known:
        return ""
    link = get_model("catalogue", "ProductCategory")
    kinds = [
        known.get(pk, "")
        for pk in link.objects.filter(product_id=record.product_id).values_list("category_id", flat=True)
    ]
    return next((kind for kind in kinds if kind and kind != Goods.NONE), "")
