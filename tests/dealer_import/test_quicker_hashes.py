"""The migration to other hashes: a shop that was filled before finds its parts again."""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from dealer_import.canonical import identity_hash
from shopflow.parts.models import PartRecord
from shopflow.project.demo.catalogue import FILE


@pytest.mark.django_db
def test_parts_are_found_again_by_the_new_hashes(bring_in):
    bring_in(FILE)
    before = dict(PartRecord.objects.values_list("pk", "identity"))
    assert before
    nameless = min(before)
    PartRecord.objects.update(identity=5, raw_hash=7)
    PartRecord.objects.filter(pk=nameless).update(identity=None)
    migration = importlib.import_module("dealer_import.migrations.0008_quicker_hashes")
    migration.rehash(apps, SimpleNamespace(connection=connection))
    assert dict(PartRecord.objects.values_list("pk", "identity")) == {**before, nameless: None}
    assert set(PartRecord.objects.values_list("raw_hash", flat=True)) == {None}
    part = PartRecord.objects.select_related("brand").exclude(pk=nameless).first()
    assert part.identity == identity_hash(part.brand.code, part.number_key)
