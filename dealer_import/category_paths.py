"""Which category of the shop a delivered path means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from oscar.core.loading import get_model

from dealer_import.models import DeliveredCategory
from dealer_import.stage_rows import SEPARATOR

Path = tuple[str, ...]


def folded(names: Iterable[str]) -> Path:
    """Names as they are compared: capital letters make no difference."""
    return tuple(name.casefold() for name in names)


def categories_by_path(categories: Iterable[Any] | None = None) -> dict[Path, Any]:
    """The category behind each folded path: the one remembered, however staff call it now and wherever they have put
    it, otherwise the first with these names. Two queries, one where ``categories`` holds all of them by their place.
    """
    model = get_model("catalogue", "Category")
    found: dict[Path, Any] = {}
    names: dict[str, Path] = {}
    by_pk = {}
    for category in model.objects.order_by("path") if categories is None else categories:
        parent = names.get(category.path[: -model.steplen], ())
        names[category.path] = (*parent, category.name.casefold())
        found.setdefault(names[category.path], category)
        by_pk[category.pk] = category
    for told, pk in DeliveredCategory.objects.values_list("names", "category_id"):
        found[tuple(told.split(SEPARATOR))] = by_pk[pk]
    return found


def remember(found: Mapping[Path, Any]) -> None:
    """Keep which category each path means; what is known stays. A path too long to be kept goes by its names."""
    longest = DeliveredCategory._meta.get_field("names").max_length or 0
    rows = [
        DeliveredCategory(names=told, category_id=category.pk)
        for path, category in found.items()
        if len(told := SEPARATOR.join(path)) <= longest
    ]
    DeliveredCategory.objects.bulk_create(rows, ignore_conflicts=True)
