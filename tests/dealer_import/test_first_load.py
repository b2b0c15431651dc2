"""A first load fills tables without their indexes: the schema is what it was, and the shop what it would be anyway."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from oscar.core.loading import get_model

from dealer_import.apply import Applying, filling, indexes
from dealer_import.services import rollback_run
from shopflow.parts.models import PartFitment, PartRecord, PartReference, VehicleType
from shopflow.project.demo.catalogue import FILE

Product, StockRecord = get_model("catalogue", "Product"), get_model("partner", "StockRecord")
Link = get_model("catalogue", "ProductCategory")
FILLED = [Product, Link, StockRecord, PartRecord, PartReference, PartFitment, VehicleType]
TABLES = [model._meta.db_table for model in FILLED]
OWN = {"id", "product", "part", "brand", "category", "imported_category", "date_created", "date_updated"}
OWN |= {"changed_by_run", "created_by_run", "partner", "product_class"}


def schema() -> list[tuple]:
    """Every index and constraint of the database by its definition; SQLite's statistics are a table, too."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name <> 'sqlite_stat1' ORDER BY 1, 2"
            )
            return cursor.fetchall()
        cursor.execute(
            """SELECT schemaname, tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
               UNION ALL SELECT conrelid::regclass::text, conname, contype::text || condeferrable || condeferred
                   || convalidated || connoinherit, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1, 2, 3"""
        )
        return cursor.fetchall()


def names_of(table: str) -> set[str]:
    with connection.cursor() as cursor:
        return {name for name, told in connection.introspection.get_constraints(cursor, table).items() if told}


def content() -> dict[str, list]:
    """All values of the filled tables but keys and moments, with the product's code in the place of the key."""
    found = {}
    ways = {Product: ["code", "product_class__slug"], VehicleType: [], PartFitment: ["part__product__code"]}
    ways |= {PartReference: ["part__product__code"], Link: ["product__code", "category__slug"]}
    ways |= {PartRecord: ["product__code", "brand__code", "imported_category__slug"], StockRecord: ["partner__code"]}
    for model, way in ways.items():
        names = [field.name for field in model._meta.concrete_fields if field.name not in OWN]
        found[model.__name__] = sorted(model.objects.values_list(*way, *names), key=repr)
    return found


@pytest.fixture
def always(monkeypatch):
    """Any number of new parts is enough; returns how often tables were taken their indexes."""
    taken = []

    def take_away(tables):
        taken.append(indexes.take_away(tables))
        return taken[-1]

    monkeypatch.setattr(filling, "LEAST", 1)
    monkeypatch.setattr(filling, "take_away", take_away)
    return taken


@pytest.mark.django_db
def test_what_a_first_load_writes_is_what_the_usual_way_writes(bring_in, monkeypatch, admin_user):
    before = schema()
    with transaction.atomic():
        usual = bring_in(FILE)
        expected = content()
        transaction.set_rollback(True)
    assert Product.objects.count() == 0
    taken, seen = [], []
    monkeypatch.setattr(filling, "LEAST", 1)
    put_back = indexes.SetAside.put_back

    def watch(self, tables):
        seen.append(schema() != before)
        put_back(self, tables)
        taken.append(list(tables))

    monkeypatch.setattr(indexes.SetAside, "put_back", watch)
    report = bring_in(FILE)
    assert (len(taken), seen) == (2, [True, True])
    assert sorted(taken[0] + taken[1]) == sorted(TABLES)
    assert (report.created, report.findings) == (1028, usual.findings)
    assert content() == expected
    assert all(expected.values())
    assert schema() == before
    rollback_run(run_id=report.run, actor=admin_user)
    assert not Product.objects.filter(is_public=True).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("where", ["_relations", "_miss"])
def test_an_error_in_the_middle_leaves_the_schema_as_it_was(bring_in, always, monkeypatch, where):
    def fail(self):
        raise RuntimeError("the disk is full")

    before = schema()
    monkeypatch.setattr(Applying, where, fail)
    with pytest.raises(RuntimeError, match="disk"):
        bring_in(FILE)
    assert len(always) == 1
    assert Product.objects.count() == 0
    assert schema() == before


@pytest.mark.django_db
def test_a_shop_that_has_parts_keeps_its_indexes(bring_in, always, export):
    bring_in(export.write(export.good[:1]))
    assert len(always) == 1
    report = bring_in(export.write(export.good, stamp="22.11.2026 05:30"))
    assert (report.created, len(always)) == (len(export.good) - 1, 1)


@pytest.mark.django_db
def test_few_new_parts_are_not_worth_it(bring_in, always, export, monkeypatch):
    monkeypatch.setattr(filling, "LEAST", len(export.good) + 1)
    assert bring_in(export.write(export.good)).created == len(export.good)
    assert always == []


@pytest.mark.django_db
def test_a_product_that_is_taken_over_is_looked_for_by_index(bring_in, always, export, monkeypatch):
    with transaction.atomic():
        bring_in(export.write(export.good))
        code = Product.objects.first().code
        transaction.set_rollback(True)
    always.clear()
    monkeypatch.setattr(filling, "SHARE", 1)
    kind = get_model("catalogue", "ProductClass").objects.create(name="Teile", slug="teile")
    Product.objects.create(title="Von Hand", code=code, product_class=kind)
    assert bring_in(export.write(export.good)).created == len(export.good)
    assert always == []
    assert Product.objects.count() == len(export.good)


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({}, None),
        ({"code": "1"}, "catalogue_product_code_key"),
        ({"product_class_id": 4711}, "catalogue_product_product_class_id"),
    ],
)
def test_rows_that_break_a_rule_are_refused_when_the_rules_come_back(wrong, rule):
    taken = indexes.take_away([Product._meta.db_table])
    row = {"slug": "teil", "title": "Teil", "structure": "standalone"}
    Product.objects.bulk_create([Product(**row, code=str(n)) for n in range(3)])
    if wrong:
        Product.objects.update(**wrong)
        with pytest.raises(IntegrityError, match=rule):
            taken.put_back([Product._meta.db_table])
    else:
        taken.put_back([Product._meta.db_table])
        assert Product.objects.count() == 3


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_table_in_use_keeps_its_indexes_and_is_filled_the_usual_way(bring_in, always, monkeypatch, export):
    monkeypatch.setattr(indexes, "PATIENCE", 0.1)
    before, other = schema(), connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT COUNT(*) FROM shopflow_parts_partfitment")
            assert bring_in(export.write(export.good)).created == len(export.good)
            assert (always, schema() == before) == ([None], True)
            cursor.execute("SET LOCAL lock_timeout = '100ms'")
            cursor.execute("SELECT COUNT(*) FROM catalogue_product")
            assert cursor.fetchone() == (0,)
    finally:
        other.close()


@pytest.mark.postgres
@pytest.mark.django_db
def test_tables_of_another_user_keep_their_indexes():
    before = schema()
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE shopflow_test_guest")
        cursor.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO shopflow_test_guest")
        cursor.execute("SET LOCAL ROLE shopflow_test_guest")
        assert indexes.take_away(TABLES) is None
        cursor.execute("RESET ROLE")
    assert schema() == before


@pytest.mark.postgres
@pytest.mark.django_db
def test_what_is_more_than_its_definition_stays():
    table = Product._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("COMMENT ON INDEX catalogue_product_slug_c8e2e2b9 IS 'kept for a reason'")
        cursor.execute(f"CREATE INDEX w_part ON {table} (lower(title)) WHERE title LIKE '100%'")
        cursor.execute(f"CREATE INDEX w_words ON {table} USING gin (to_tsvector('german', title))")
    before = schema()
    taken = indexes.take_away([table])
    left = names_of(table)
    assert "catalogue_product_slug_c8e2e2b9" in left
    assert {"w_part", "w_words", "catalogue_product_code_key"} & left == set()
    taken.put_back([table])
    assert schema() == before
