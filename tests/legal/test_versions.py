"""Published texts are evidence: numbered, hashed, never changed; orders keep theirs."""

from __future__ import annotations

import hashlib

import pytest
from django.core.files.storage import storages
from django.db import DatabaseError, connection, transaction

from shopflow.core.append_only import trigger_sql
from shopflow.core.exceptions import ImmutableRecord
from shopflow.legal.models import LegalTextFile, LegalTextVersion, OrderLegalText
from shopflow.legal.queries import version_in_force, versions_of_order
from shopflow.legal.services import pdf_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_at_hand")]


def test_publishing_stores_the_next_version_and_leaves_the_last(edit):
    first = version_in_force("agb", "de")
    edit("agb", "<p>Neue Fassung</p>")

    second = version_in_force("agb", "de")
    assert (first.number, second.number) == (1, 2)
    assert second.html == "<p>Neue Fassung</p>"
    assert second.sha256 == hashlib.sha256(b"<p>Neue Fassung</p>").hexdigest()
    assert "Geltung und Vertragspartner" in LegalTextVersion.objects.get(pk=first.pk).html


def test_publishing_the_same_text_is_no_new_version(edit):
    edit("agb", "<p>Fassung</p>")
    edit("agb", "<p>Fassung</p>")

    assert version_in_force("agb", "de").number == 2


def test_a_draft_that_nobody_published_is_not_in_force(pages):
    from shopflow.legal.models import LegalPage

    page = LegalPage.objects.get(type_code="agb")
    page.body = "<p>Entwurf</p>"
    page.save_revision()

    assert version_in_force("agb", "de").number == 1


def test_the_model_refuses_change_and_deletion(pages):
    version = version_in_force("agb", "de")
    version.html = "anders"
    rows = LegalTextVersion.objects.filter(pk=version.pk)
    for attempt in (
        version.save,
        version.delete,
        rows.delete,
        lambda: rows.update(html="anders"),
        lambda: LegalTextVersion.objects.bulk_update([version], ["html"]),
    ):
        with pytest.raises(ImmutableRecord):
            attempt()

    assert LegalTextVersion.objects.get(pk=version.pk).html != "anders"


def tables():
    return [model._meta.db_table for model in (LegalTextVersion, OrderLegalText)]


@pytest.fixture
def with_triggers(pages, make_order):
    """Rows in both tables, and the triggers that the migrations make (already there unless --nomigrations)."""
    make_order()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'shopflow_legal%'")
        else:
            cursor.execute("SELECT COUNT(*) FROM pg_trigger WHERE tgname LIKE 'shopflow_legal%%'")
        if cursor.fetchone()[0] == 0:
            for table in tables():
                for statement in trigger_sql(connection.vendor, table):
                    cursor.execute(statement)


@pytest.mark.parametrize("statement", ["UPDATE {table} SET id = id + 1000", "DELETE FROM {table}"])
def test_the_database_itself_refuses(with_triggers, statement):
    for table in tables():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {table}")
            before = cursor.fetchone()[0]
            assert before > 0
            with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
                cursor.execute(statement.format(table=table))
            cursor.execute(f"SELECT COUNT(*) FROM {table}")
            assert cursor.fetchone()[0] == before


@pytest.mark.triggers
def test_the_migrations_make_the_triggers(db):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'shopflow_legal%'")
            expected = 8
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'shopflow_legal%%'")
            expected = 4
        assert len(cursor.fetchall()) == expected


def test_an_unknown_database_is_refused_with_a_sentence():
    with pytest.raises(NotImplementedError, match="PostgreSQL and SQLite only, not on mysql"):
        trigger_sql("mysql", "x")


def test_an_order_keeps_the_versions_that_its_buyer_saw(edit, make_order):
    order = make_order()
    edit("agb", "<p>Danach geändert</p>")
    later = make_order()

    kept = {version.type_code: version.number for version in versions_of_order(order.pk)}
    assert kept == {"datenschutz": 1, "agb": 1, "widerruf": 1, "versand_zahlung": 1}
    assert {version.type_code: version.number for version in versions_of_order(later.pk)}["agb"] == 2


def test_the_pdf_is_rendered_once_and_hashed(pages):
    version = version_in_force("widerruf", "de")
    first = pdf_of(version=version)
    again = pdf_of(version=version)

    assert first.pk == again.pk
    assert LegalTextFile.objects.count() == 1
    with storages["private"].open(first.storage_name) as file:
        content = file.read()
    assert content.startswith(b"%PDF-")
    assert (hashlib.sha256(content).hexdigest(), len(content)) == (first.sha256, first.size)
