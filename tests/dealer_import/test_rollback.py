"""Taking a run back: what it wrote and is still as it wrote it, and nothing else (P5)."""

from __future__ import annotations

import importlib
import json
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from oscar.core.loading import get_model

from dealer_import import queries, services
from dealer_import.exceptions import NotReversible
from dealer_import.models import ImportRun, PartUndo
from shopflow.core.models import AuditEntry, OutboxEvent
from shopflow.parts.models import PartFitment, PartRecord, PartReference, PriceHistory

pytestmark = pytest.mark.django_db

Product, StockRecord = get_model("catalogue", "Product"), get_model("partner", "StockRecord")


def of(key):
    return StockRecord.objects.select_related("product").get(product__part_record__number_key=key)


@pytest.fixture
def days(bring_in, export):
    """Two days: a price, a stock and a title change, a part goes, a part comes. Returns the second day's report."""
    first, second, third, *rest = export.good
    bring_in(export.write([first, second, third, *rest[:-1]]))
    dearer = first.replace(b";27,65;", b";28,65;").replace(b";0,00;0,00;0,00;21;", b";5,00;1,00;2,00;21;")
    renamed = third.replace(third.split(b";")[2], b"Neuer Name")
    return bring_in(export.write([dearer, renamed, *rest], stamp="22.11.2026 05:30"))


def test_p05_a_run_is_taken_back_except_for_what_staff_have_changed_since(days, admin_user):
    assert (days.created, days.changed, days.hidden) == (1, 2, 1)
    record = of("1N0000013AC")
    assert (record.price, record.num_in_stock) == (Decimal("28.65"), 4)
    Product.objects.filter(part_record__number_key="0000007932").update(is_public=True)
    StockRecord.objects.filter(pk=record.pk).update(num_in_stock=9)
    renamed = Product.objects.get(title="Neuer Name")

    undone = services.rollback_run(run_id=days.run, actor=admin_user)

    record.refresh_from_db()
    assert (record.price, record.num_in_stock) == (Decimal("27.65"), 9)
    renamed.refresh_from_db()
    assert renamed.title != "Neuer Name"
    assert renamed.part_record.imported_title == renamed.title
    assert Product.objects.get(part_record__number_key="0000007932").is_public is True
    added = PartRecord.objects.get(created_by_run=days.run)
    assert (added.product.is_public, added.missing) == (False, True)
    assert (undone.mode, undone.outcome, undone.undoes_id, undone.changed, undone.hidden) == (
        "rollback", "applied", days.run, 3, 1
    )  # fmt: skip
    changes = PriceHistory.objects.order_by("pk").values_list("old_net_cents", "new_net_cents", "run_id")
    assert list(changes) == [(2765, 2865, days.run), (2865, 2765, undone.pk)]
    assert AuditEntry.objects.filter(action="import_rolled_back").count() == 1
    event = OutboxEvent.objects.filter(code="catalogue_changed").latest("pk")
    assert event.payload == {"run_id": undone.pk, "changed": 4}


def test_parts_come_back_by_the_next_delivery(days, bring_in, export, admin_user):
    services.rollback_run(run_id=days.run, actor=admin_user)
    again = bring_in(export.folder / "export-2.csv")
    assert (again.outcome, again.created) == ("applied", 0)
    assert of("1N0000013AC").price == Decimal("28.65")
    assert PartRecord.objects.get(created_by_run=days.run).product.is_public is True


def test_a_run_is_taken_back_once_and_only_if_it_wrote_something(days, bring_in, export, admin_user):
    services.rollback_run(run_id=days.run, actor=admin_user)
    with pytest.raises(NotReversible):
        services.rollback_run(run_id=days.run, actor=admin_user)
    undone = ImportRun.objects.get(undoes=days.run)
    with pytest.raises(NotReversible):
        services.rollback_run(run_id=undone.pk, actor=admin_user)
    assert ImportRun.objects.filter(mode="rollback").count() == 1


def test_a_rollback_whose_worker_died_is_done_again(days, admin_user):
    undoing = services.queue_rollback(run_id=days.run, actor=admin_user)
    with pytest.raises(NotReversible):
        services.queue_rollback(run_id=days.run, actor=admin_user)
    row = ImportRun.objects.filter(pk=undoing.pk)
    row.update(state="running", attempts=1, heartbeat_at=None)
    assert services.reap_dead_runs() == 1
    row.update(state="running", attempts=3, heartbeat_at=None)
    assert services.reap_dead_runs() == 1
    assert row.get().state == "failed"
    assert of("1N0000013AC").price == Decimal("28.65")
    assert services.queue_rollback(run_id=days.run, actor=admin_user).pk == undoing.pk
    services.execute_run(run_id=undoing.pk)
    undoing.refresh_from_db()
    assert (undoing.state, undoing.percent, of("1N0000013AC").price) == ("done", 100, Decimal("27.65"))


def test_references_and_vehicles_come_back_too(bring_in, export, admin_user):
    first, *rest = export.good
    bring_in(export.write([first, *rest]))
    part = PartRecord.objects.get(number_key="1N0000013AC")
    before = (relations(part), PartFitment.objects.count())
    cells = first.split(b";")
    cells[-13:-10] = [b"OE 4711", b"0991/ABC", b"Alster (2013-)"]
    report = bring_in(export.write([b";".join(cells), *rest], stamp="22.11.2026 05:30"))
    assert (report.changed, relations(part)) == (1, ([("0991", "ABC", "Alster")], ["OE4711"]))
    services.rollback_run(run_id=report.run, actor=admin_user)
    assert (relations(part), PartFitment.objects.count()) == before


def relations(part):
    fitments = PartFitment.objects.filter(part=part).order_by("hsn", "tsn").values_list("hsn", "tsn", "model")
    return list(fitments), list(PartReference.objects.filter(part=part).values_list("number_key", flat=True))


def test_nothing_is_logged_for_what_has_not_changed(bring_in, export):
    bring_in(export.write(export.good))
    assert PartUndo.objects.count() == 0
    bring_in(export.write(export.good, stamp="22.11.2026 05:30"))
    assert PartUndo.objects.count() == 0


def test_all_that_a_part_has_lost_stands_in_one_entry_whatever_its_texts_hold(bring_in, export, admin_user):
    first, *rest = export.good
    bring_in(export.write([first, *rest]))
    part = PartRecord.objects.select_related("product").get(number_key="1N0000013AC")
    odd = 'Zoll 3/4" \\ Ölstand, "[1,null]" {} %s'
    Product.objects.filter(pk=part.product_id).update(title=odd)
    PartRecord.objects.filter(pk=part.pk).update(imported_title=odd, cost_cents=None)
    before = state(part)
    report = bring_in(export.write([dearer(first), *rest], stamp="22.11.2026 05:30"))
    assert (report.changed, state(part)[0]) == (1, "Bremsbelagsatz innen")
    entry = PartUndo.objects.get()
    told = json.loads(entry.changes)
    assert (entry.run_id, entry.part_id) == (report.run, part.pk)
    assert (told.keys(), told["title"][0]) == ({"imported_title", "reference_rows", "title"}, odd)
    assert (entry.old_price, entry.new_price, entry.old_cost) == (2765, 2865, None)
    run, fields = ImportRun.objects.get(pk=report.run), {*told, "cost_cents", "list_price_cents", "price"}
    assert queries.restorable(run) == [{"field": field, "number": 1} for field in sorted(fields)]
    changes = [(row["part_id"], row["old_cents"], row["new_cents"]) for row in queries.price_changes(run)]
    assert (queries.written_parts(run), changes) == (1, [(part.pk, 2765, 2865)])

    assert services.rollback_run(run_id=report.run, actor=admin_user).changed == 1
    assert state(part) == before


def dearer(row: bytes) -> bytes:
    cells = row.replace(b";27,65;", b";28,65;").split(b";")
    cells[-13] = b"OE 4711"
    return b";".join(cells)


def state(part):
    part = PartRecord.objects.select_related("product").get(pk=part.pk)
    return part.product.title, part.imported_title, part.cost_cents, of(part.number_key).price, relations(part)


def as_earlier_runs_noted() -> None:
    """Everything as JSON, as the migration leaves it when it is taken back."""
    migration = importlib.import_module("dealer_import.migrations.0010_undo_of_prices_and_stock")
    with connection.cursor() as cursor:
        migration.as_json(None, SimpleNamespace(connection=connection, execute=cursor.execute))
    numbers = [f"{when}_{name}" for name in migration.FIELDS.values() for when in ("old", "new")]
    assert PartUndo.objects.update(**dict.fromkeys(numbers)) == PartUndo.objects.exclude(changes="").count() > 0


def test_entries_of_earlier_runs_are_carried_over_and_can_be_taken_back(days, admin_user):
    as_earlier_runs_noted()
    kept = dict(PartUndo.objects.values_list("part_id", "changes"))
    key = "bigserial" if connection.vendor == "postgresql" else "integer"
    columns = f"id {key} PRIMARY KEY, run_id bigint, part_id bigint, field varchar(32), old text, new text"
    migration = importlib.import_module("dealer_import.migrations.0009_one_undo_entry_per_part")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE dealer_import_undoentry ({columns})")
        editor = SimpleNamespace(connection=connection, execute=cursor.execute)
        migration.apart(None, editor)
        cursor.execute("SELECT field, old, new FROM dealer_import_undoentry WHERE field IN ('price', 'num_in_stock')")
        assert sorted(cursor.fetchall()) == [("num_in_stock", "0", "4"), ("price", "2765", "2865")]
        PartUndo.objects.all().delete()
        migration.together(None, editor)
        cursor.execute("DROP TABLE dealer_import_undoentry")
    again = dict(PartUndo.objects.values_list("part_id", "changes"))
    assert {pk: json.loads(told).keys() for pk, told in again.items()} == {
        pk: json.loads(told).keys() for pk, told in kept.items()
    }
    assert services.rollback_run(run_id=days.run, actor=admin_user).changed == 3
    assert (of("1N0000013AC").price, of("1N0000013AC").num_in_stock) == (Decimal("27.65"), 0)
    assert not Product.objects.filter(title="Neuer Name").exists()
