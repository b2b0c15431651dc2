"""What a plugin is: a Django app whose ``AppConfig`` extends :class:`PluginConfig`.

An entry point in the group ``shopflow.plugins`` names the *class*, never the module: if it named the module,
Django would find two ``AppConfig`` candidates there and silently take the plain one (Django ticket 33013), and the
version check would never run.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from typing import ClassVar

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured
from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import Version

import shopflow

ENTRY_POINT_GROUP = "shopflow.plugins"


class PluginConfig(AppConfig):
    """Base of every plugin's app config, our own rooms included.

    ``compatibility`` is a requirement string such as ``"shopflow>=1.0,<2"``. A version that does not fit stops
    the start with a sentence that names both. ``ready()`` imports the app's ``extensions`` module, where its
    classes register with the sockets.
    """

    compatibility: ClassVar[str] = ""
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        check_compatibility(self)
        if find_spec(f"{self.name}.extensions") is not None:
            import_module(f"{self.name}.extensions")


def check_compatibility(config: PluginConfig) -> None:
    """Raise ImproperlyConfigured unless the running shopflow satisfies ``config.compatibility``."""
    if not config.compatibility:
        return
    try:
        wanted = Requirement(config.compatibility)
    except InvalidRequirement as error:
        raise ImproperlyConfigured(
            f"The plugin “{config.name}” declares the compatibility “{config.compatibility}”, which is not a "
            "requirement such as “shopflow>=1.0,<2”."
        ) from error
    if wanted.name != "shopflow" or Version(shopflow.__version__) not in wanted.specifier:
        raise ImproperlyConfigured(
            f"The plugin “{config.name}” wants {config.compatibility}, but this is shopflow {shopflow.__version__}. "
            f"Install a fitting version, or leave it out with SHOPFLOW_PLUGINS_EXCLUDE={config.label}."
        )


def discover_plugins(*, exclude: Iterable[str] = ()) -> list[str]:
    """Dotted paths of the installed plugins' config classes, for ``INSTALLED_APPS``; sorted by entry point name.

    ``exclude`` holds entry point names that the operator leaves out. Raises ImproperlyConfigured for an entry
    point that names a module instead of a class, and for two distributions that claim one name.
    """
    left_out = set(exclude)
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=ENTRY_POINT_GROUP):
        if point.name in left_out:
            continue
        if not point.attr:
            raise ImproperlyConfigured(
                f"The plugin entry point “{point.name} = {point.value}” names a module. "
                "It must name the config class, such as “shopflow_loyalty.apps:LoyaltyConfig”."
            )
        other = found.get(point.name)
        if other is not None and other.value != point.value:
            raise ImproperlyConfigured(
                f"Two plugins are named “{point.name}”: {other.value} and {point.value}. Uninstall one of them."
            )
        found[point.name] = point
    return [f"{point.module}.{point.attr}" for _, point in sorted(found.items())]
