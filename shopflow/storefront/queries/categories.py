"""The tree of public categories: menus, breadcrumbs and filters cost no query.

Every process holds the tree itself, and the cache only its version: taking a tree of two thousand categories out of a
cache on every page would cost more than the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

from django.core.cache import cache
from django.urls import reverse
from oscar.core.loading import get_model

from shopflow.core.memo import once_per_request

CACHE_KEY = "shopflow:storefront:categories:version"
CACHE_SECONDS = 300
STEP = 4
"""Characters per level in treebeard's materialised path."""


@dataclass(slots=True)
class CategoryNode:
    """One public category. ``in_menu`` is false for it and everything below when staff left it out of the menu."""

    id: int
    name: str
    slug: str
    url: str
    path: str
    image: str = ""
    description: str = ""
    in_menu: bool = True
    children: list[CategoryNode] = field(default_factory=list)

    @property
    def menu_children(self) -> list[CategoryNode]:
        return [child for child in self.children if child.in_menu]


@dataclass(slots=True)
class CategoryTree:
    """All public categories: the ``roots`` in tree order, and each node by its primary key and by its path."""

    version: str = ""
    roots: list[CategoryNode] = field(default_factory=list)
    by_id: dict[int, CategoryNode] = field(default_factory=dict)
    by_path: dict[str, CategoryNode] = field(default_factory=dict)

    def trail(self, node: CategoryNode) -> list[CategoryNode]:
        """The way from the root down to ``node``, both included."""
        steps = range(STEP, len(node.path) + 1, STEP)
        return [self.by_path[node.path[:end]] for end in steps]

    def walk(self) -> Iterator[CategoryNode]:
        """Every node, parents before their children."""
        yield from self.by_id.values()


_held = CategoryTree()


def category_tree() -> CategoryTree:
    """The tree of public categories, which nobody may change; no query while it is current, one otherwise."""
    global _held
    version = _version()
    tree = _held
    if tree.version != version:
        tree = _held = _read_tree(version)
    return tree


@once_per_request
def _version() -> str:
    version: str | None = cache.get(CACHE_KEY)
    if version is None:
        version = uuid4().hex
        cache.set(CACHE_KEY, version, CACHE_SECONDS)
    return version


def forget_category_tree() -> None:
    """Read the tree anew the next time; call after any change to a category."""
    cache.delete(CACHE_KEY)


def _read_tree(version: str) -> CategoryTree:
    tree = CategoryTree(version)
    rows = (
        get_model("catalogue", "Category")
        .objects.browsable()
        .order_by("path")
        .values_list("pk", "name", "slug", "path", "image", "description", "exclude_from_menu")
    )
    for pk, name, slug, path, image, description, left_out in rows:
        parent = tree.by_path.get(path[:-STEP])
        if parent is None and len(path) > STEP:
            continue
        full_slug = f"{parent.slug}/{slug}" if parent else slug
        node = CategoryNode(
            id=pk,
            name=name,
            slug=full_slug,
            url=reverse("catalogue:category", kwargs={"category_slug": full_slug, "pk": pk}),
            path=path,
            image=image or "",
            description=description,
            in_menu=not left_out and (parent is None or parent.in_menu),
        )
        tree.by_path[path] = tree.by_id[pk] = node
        (parent.children if parent else tree.roots).append(node)
    return tree
