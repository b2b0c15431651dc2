"""Oscar's category tree: missing branches grown in one go, with valid paths and slugs, and products hung on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from oscar.core.loading import get_model

from dealer_import.category_paths import Path, categories_by_path, folded, remember
from dealer_import.stage_rows import SEPARATOR
from dealer_import.texts import german_slug
from shopflow.parts.models import PartRecord
from shopflow.parts.services import Stage
from shopflow.parts.services.sql import differs, execute

RECORD = PartRecord._meta.db_table


def ensure_categories(stage: Stage, *, all_named: bool = False) -> None:
    """Grow the categories that staged new and changed parts name, and fill in their keys.

    ``all_named``: no staged part is of another kind, so that each category is named by one of them.
    """
    wanted = f"SELECT category_no FROM {stage.rows} WHERE kind IN ('new', 'changed')"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT no, names FROM {stage.categories}" + ("" if all_named else f" WHERE no IN ({wanted})"))
        named = [(number, tuple(names.split(SEPARATOR))) for number, names in cursor.fetchall()]
        if not named:
            return
        ids = grow(path for _number, path in named)
        keys = [(ids[folded(path)], number) for number, path in named]
        cursor.executemany(f"UPDATE {stage.categories} SET id = %s WHERE no = %s", keys)


def grow(paths: Iterable[Path]) -> dict[Path, int]:
    """Ids of the categories at ``paths`` by their folded names; missing ones are created level by level.

    Which category stands for a path is remembered: it stays that one when staff rename or move it. Siblings are
    created in alphabetical order. On PostgreSQL the table is locked against other writers, because two of them would
    give out the same tree path.
    """
    model = get_model("catalogue", "Category")
    if connection.vendor == "postgresql":
        execute(f"LOCK TABLE {model._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    wanted = {path[: depth + 1] for path in paths for depth in range(len(path))}
    there = list(model.objects.order_by("path"))
    nodes, last = categories_by_path(there), _last_steps(there, model.steplen)
    for depth in range(1, max((len(path) for path in wanted), default=0) + 1):
        level = sorted(path for path in wanted if len(path) == depth)
        _add_level(model, [path for path in level if folded(path) not in nodes], nodes, last)
    named = {folded(path) for path in wanted}
    remember({path: nodes[path] for path in sorted(named)})
    return {path: nodes[path].pk for path in named}


def _add_level(model: Any, paths: list[Path], nodes: dict[Path, Any], last: dict[str, int]) -> None:
    fresh: dict[Path, Any] = {}
    parents: dict[str, Any] = {}
    for path in paths:
        if folded(path) in fresh:
            continue
        parent = nodes[folded(path[:-1])] if len(path) > 1 else None
        base = parent.path if parent else ""
        depth = len(base) // model.steplen + 1
        last[base] = last.get(base, 0) + 1
        fresh[folded(path)] = model(
            name=path[-1],
            slug=german_slug(path[-1], "kategorie"),
            path=model._get_path(base, depth, last[base]),
            depth=depth,
            is_public=True,
            ancestors_are_public=parent is None or (parent.is_public and parent.ancestors_are_public),
        )
        if parent is not None:
            parent.numchild += 1
            parents[parent.path] = parent
    model.objects.bulk_create(fresh.values())
    model.objects.bulk_update(parents.values(), ["numchild"])
    nodes.update(fresh)


def _last_steps(categories: Iterable[Any], steplen: int) -> dict[str, int]:
    """The number of the last child of each place in the tree."""
    last: dict[str, int] = {}
    for category in categories:
        base, step = category.path[:-steplen], int(category.path[-steplen:], 36)
        last[base] = max(last.get(base, 0), step)
    return last


def _link() -> str:
    return str(get_model("catalogue", "ProductCategory")._meta.db_table)


def link_new(stage: Stage) -> int:
    """Hang new products on their category."""
    return execute(
        f"""INSERT INTO {_link()} (product_id, category_id) SELECT s.product_id, s.category_id FROM {stage.rows} s
            WHERE s.kind = 'new' AND s.category_id IS NOT NULL AND (s.adopted = 0 OR NOT EXISTS (
                SELECT 1 FROM {_link()} l WHERE l.product_id = s.product_id AND l.category_id = s.category_id))"""
    )


def move(stage: Stage, *, kept: Mapping[str, str]) -> None:
    """Move changed products to their new category, unless ``kept`` says that staff have sorted them."""
    moves = f"{stage.plan}_moves"
    stays = kept.get("category", "FALSE")
    execute(f"DROP TABLE IF EXISTS {moves}")
    execute(
        f"""CREATE TEMPORARY TABLE {moves} AS WITH moved AS MATERIALIZED (
                SELECT s.part_id, s.product_id, s.category_id FROM {stage.rows} s JOIN {RECORD} r ON r.id = s.part_id
                WHERE s.kind = 'changed' AND s.category_id IS NOT NULL
                    AND {differs("r.imported_category_id", "s.category_id")})
            SELECT s.product_id, s.category_id FROM moved s JOIN {RECORD} r ON r.id = s.part_id WHERE NOT {stays}"""
    )
    execute(f"DELETE FROM {_link()} WHERE product_id IN (SELECT product_id FROM {moves})")
    execute(
        f"""INSERT INTO {_link()} (product_id, category_id) SELECT product_id, category_id FROM {moves} WHERE TRUE
            ON CONFLICT (product_id, category_id) DO NOTHING"""
    )
    execute(f"DROP TABLE {moves}")
