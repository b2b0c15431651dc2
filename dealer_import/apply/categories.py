"""Oscar's category tree: missing branches grown in one go, with valid paths and slugs, and products hung on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from dealer_import.findings import Finding, Severity
from dealer_import.profiles import Profile
from dealer_import.texts import german_slug
from shopflow.parts.models import PartRecord
from shopflow.parts.services import Stage
from shopflow.parts.services.merging import execute

SEPARATOR = "\x1f"
RECORD = PartRecord._meta.db_table


def ensure_categories(stage: Stage) -> None:
    """Grow the categories that staged parts name, and fill their ``category_id``."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT category FROM {stage.parts} WHERE category <> '' AND kind IN ('new', 'changed')"
        )
        texts = [row[0] for row in cursor.fetchall()]
        if not texts:
            return
        ids = grow(tuple(text.split(SEPARATOR)) for text in texts)
        by_text = [(ids[_fold(text.split(SEPARATOR))], text) for text in texts]
        cursor.executemany(f"UPDATE {stage.parts} SET category_id = %s WHERE category = %s", by_text)


def _fold(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.casefold() for name in names)


def grow(paths: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    """Ids of the categories at ``paths`` by their folded names; missing ones are created level by level.

    Siblings are created in alphabetical order. On PostgreSQL the table is locked against other writers, because two
    of them would give out the same tree path.
    """
    model = get_model("catalogue", "Category")
    if connection.vendor == "postgresql":
        execute(f"LOCK TABLE {model._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    wanted = {tuple(path[: depth + 1]) for path in paths for depth in range(len(path))}
    nodes = _tree(model)
    for depth in range(1, max((len(path) for path in wanted), default=0) + 1):
        level = sorted(path for path in wanted if len(path) == depth)
        _add_level(model, [path for path in level if _fold(path) not in nodes], nodes)
    return {path: node.pk for path, node in nodes.items()}


def _tree(model: Any) -> dict[tuple[str, ...], Any]:
    nodes: dict[tuple[str, ...], Any] = {}
    names: dict[str, tuple[str, ...]] = {}
    for node in model.objects.order_by("path"):
        parent = names.get(node.path[: -model.steplen], ())
        names[node.path] = (*parent, node.name.casefold())
        nodes.setdefault(names[node.path], node)
    return nodes


def _add_level(model: Any, paths: list[tuple[str, ...]], nodes: dict[tuple[str, ...], Any]) -> None:
    fresh: dict[tuple[str, ...], Any] = {}
    parents: dict[str, Any] = {}
    last = _last_steps(nodes, model.steplen)
    for path in paths:
        if _fold(path) in fresh:
            continue
        parent = nodes[_fold(path[:-1])] if len(path) > 1 else None
        base = parent.path if parent else ""
        last[base] = last.get(base, 0) + 1
        fresh[_fold(path)] = model(
            name=path[-1],
            slug=german_slug(path[-1], "kategorie"),
            path=model._get_path(base, len(path), last[base]),
            depth=len(path),
            is_public=True,
            ancestors_are_public=parent is None or (parent.is_public and parent.ancestors_are_public),
        )
        if parent is not None:
            parent.numchild += 1
            parents[parent.path] = parent
    model.objects.bulk_create(fresh.values())
    model.objects.bulk_update(parents.values(), ["numchild"])
    nodes.update(fresh)


def _last_steps(nodes: dict[tuple[str, ...], Any], steplen: int) -> dict[str, int]:
    last: dict[str, int] = {}
    for node in nodes.values():
        base, step = node.path[:-steplen], int(node.path[-steplen:], 36)
        last[base] = max(last.get(base, 0), step)
    return last


def link_categories(stage: Stage, *, profile: Profile) -> list[Finding]:
    """Hang new products on their category, and move changed ones unless staff have sorted them otherwise."""
    link = get_model("catalogue", "ProductCategory")._meta.db_table
    execute(
        f"""INSERT INTO {link} (product_id, category_id) SELECT s.product_id, s.category_id FROM {stage.parts} s
            WHERE s.kind = 'new' AND s.category_id IS NOT NULL ON CONFLICT (product_id, category_id) DO NOTHING"""
    )
    moved = f"""FROM {stage.parts} s JOIN {RECORD} r ON r.id = s.part_id
                WHERE s.kind = 'changed' AND s.category_id IS NOT NULL
                AND (r.imported_category_id IS NULL OR r.imported_category_id <> s.category_id)"""
    others = f"""EXISTS (SELECT 1 FROM {link} o WHERE o.product_id = s.product_id
                         AND (r.imported_category_id IS NULL OR o.category_id <> r.imported_category_id))"""
    is_locked = "TRUE" if profile.columns["category"].owner == "locked" else others
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT s.line, s.category, s.product_id, s.category_id, {is_locked} {moved} ORDER BY s.line")
        rows = cursor.fetchall()
        free = [(category_id, product_id) for _l, _c, product_id, category_id, locked in rows if not locked]
        if free:
            cursor.executemany(f"DELETE FROM {link} WHERE product_id = %s", [(row[1],) for row in free])
            cursor.executemany(f"INSERT INTO {link} (category_id, product_id) VALUES (%s, %s)", free)
    hint = _("Staff have sorted this product themselves, so the delivered category was not taken.")
    return [
        Finding("field_locked", Severity.WARNING, line, "category", text.replace(SEPARATOR, " > ")[:200], hint)
        for line, text, _product, _category, locked in rows
        if locked
    ]
