from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from dealer_import.texts import german_slug
from shopflow.core import clock
from shopflow.project.demo.pictures.canvas import Canvas
from shopflow.project.demo.pictures.motifs import BY_CATEGORY, FALLBACK

FOLDER = "images/demo"
TINTS = {
    "Verschleiß": "#dfe6ee",
    "Motor": "#e9e4dc",
    "Elektrik": "#e2e8dd",
    "Fahrwerk": "#e4e2ec",
    "Karosserie": "#dde8ea",
    "Innenraum": "#ece3e3",
    "Betriebsstoffe": "#e7e6da",
    "Normteile": "#e5e7ea",
    "Räder & Reifen": "#e0e4e8",
    "Zubehör": "#e3eae4",
}
"""A quiet background per main group, so that a page of pictures is told apart at a glance."""


def load(*, seller: Any) -> str:
    """Draw one picture per category and share it among its parts; parts that have a picture keep theirs."""
    categories = _part_categories()
    names = {node.path: _save(node, categories) for node in categories.values()}
    _picture_categories(categories, names)
    products = sum(_picture_products(node, names[node.path]) for node in categories.values())
    told = _("%(drawn)s pictures drawn for %(products)s parts")
    return told % {"drawn": len(set(names.values())), "products": products}


def _part_categories() -> dict[str, Any]:
    """The categories of the parts' tree by path: those with parts, and the ones above them."""
    model = get_model("catalogue", "Category")
    with_parts = model.objects.filter(product__part_record__isnull=False).distinct()
    paths = {node.path[:end] for node in with_parts for end in range(model.steplen, len(node.path) + 1, model.steplen)}
    return {node.path: node for node in model.objects.filter(path__in=paths).order_by("path")}


def _save(node: Any, categories: dict[str, Any]) -> str:
    """Store the category's picture and return its name; a group without a motif of its own shows its first child's."""
    leaf = node
    while leaf.name not in BY_CATEGORY:
        below = [other for path, other in categories.items() if path != leaf.path and path.startswith(leaf.path)]
        if not below:
            break
        leaf = below[0]
    root = categories[node.path[: node.steplen]]
    name = f"{FOLDER}/{german_slug(root.name)}-{german_slug(leaf.name)}.webp"
    if not default_storage.exists(name):
        canvas = Canvas(TINTS.get(root.name, "#e5e7ea"))
        BY_CATEGORY.get(leaf.name, FALLBACK)(canvas)
        name = default_storage.save(name, ContentFile(canvas.webp()))
    return str(name)


def _picture_categories(categories: dict[str, Any], names: dict[str, str]) -> None:
    plain = [node for node in categories.values() if not node.image]
    for node in plain:
        node.image = names[node.path]
    get_model("catalogue", "Category").objects.bulk_update(plain, ["image"])


def _picture_products(node: Any, name: str) -> int:
    image, product = get_model("catalogue", "ProductImage"), get_model("catalogue", "Product")
    rows = product.objects.filter(
        productcategory__category=node, part_record__isnull=False, images__isnull=True
    ).values_list("pk", "title")
    moment = clock.now()
    images = [
        image(product_id=pk, original=name, caption=title[:200], display_order=0, date_created=moment)
        for pk, title in rows
    ]
    image.objects.bulk_create(images, batch_size=500)
    return len(images)
