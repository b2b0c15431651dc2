"""``manage.py migrate <app>`` alone on an empty database: each app's migrations bring along whatever theirs rest on."""

from __future__ import annotations

import inspect
import re
import sys

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.test import override_settings

READS = re.compile(r"""\bget_model\(\s*["'](\w+)["'.]""")


@pytest.fixture(scope="module")
def graph():
    with override_settings(MIGRATION_MODULES={}):
        return MigrationLoader(None).graph


def _ours():
    return [config.label for config in apps.get_app_configs() if config.name.startswith(("shopflow", "dealer_import"))]


def test_every_model_that_is_pointed_at_is_there(graph):
    """What Django renders after the last migration; an app migrated too far, or not far enough, lacks a model."""
    missing = {}
    for label in _ours():
        leaves = graph.leaf_nodes(label)
        if not leaves:
            continue
        state = graph.make_state(nodes=leaves)
        for key, model in state.models.items():
            for field_name, field in model.fields.items():
                to = getattr(getattr(field, "remote_field", None), "model", None)
                target = (to if isinstance(to, str) else "").lower()
                if "." in target and tuple(target.split(".")) not in state.models:
                    missing.setdefault(label, set()).add(f"{'.'.join(key)}.{field_name} to {target}")
    assert missing == {}


def test_what_a_migration_reads_belongs_to_an_app_it_rests_on(graph):
    missing = []
    for key, migration in graph.nodes.items():
        if key[0] not in _ours() or migration is None:
            continue
        before = {label for label, _name in graph.forwards_plan(key)}
        read = set(READS.findall(inspect.getsource(sys.modules[migration.__module__])))
        missing += [f"{key[0]}.{key[1]} reads {label}" for label in sorted(read - before)]
    assert missing == []
