"""What one request remembers, no other request and no task sees."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction

from shopflow.core import memo
from shopflow.core.models import Seller, TableStamp


@pytest.fixture(autouse=True)
def _connections_stay():
    """Signals without a request close no connection, as in Django's own test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_a_fact_is_asked_once_within_a_request_and_each_time_outside():
    asked = []

    @memo.once_per_request
    def fact(of: str) -> int:
        asked.append(of)
        return len(asked)

    assert [fact("a"), fact("a")] == [1, 2]
    request_started.send(sender=None)
    assert [fact("a"), fact("a"), fact("b")] == [3, 3, 4]
    request_finished.send(sender=None)
    assert fact("a") == 5


def test_a_request_that_broke_off_leaves_nothing_to_the_next():
    answers = iter(range(9))

    @memo.once_per_request
    def fact() -> int:
        return next(answers)

    request_started.send(sender=None)
    assert fact() == 0
    request_started.send(sender=None)
    assert fact() == 1
    memo.forget()
    assert fact() == 2


@pytest.fixture
def reads():
    """How often the seller is read, one entry for each time, by a read like the shop's own."""
    asked: list[str] = []

    @memo.kept_while_unchanged("shopflow_core.Seller")
    def name() -> str:
        found = Seller.objects.filter(pk=1).values_list("name", flat=True).first() or ""
        asked.append(found)
        return found

    memo.changed("shopflow_core.Seller")
    yield name, asked
    memo.forget_kept()


def _in_a_request(ask):
    request_started.send(sender=None)
    try:
        return ask()
    finally:
        request_finished.send(sender=None)


@pytest.mark.django_db
def test_a_kept_fact_outlives_the_request_until_somebody_changes_it(reads):
    name, asked = reads
    Seller.objects.create(pk=1, name="Muster")
    assert [_in_a_request(name), _in_a_request(name)] == ["Muster", "Muster"]
    assert asked == ["Muster"]
    Seller.objects.get(pk=1).delete()
    assert _in_a_request(name) == ""
    Seller(pk=1, name="Neu").save()
    assert [_in_a_request(name), _in_a_request(name)] == ["Neu", "Neu"]
    Seller.objects.update(name="Leise")  # in bulk: unnoticed until somebody says so
    assert _in_a_request(name) == "Neu"
    memo.changed("shopflow_core.Seller")
    assert _in_a_request(name) == "Leise"
    assert len(asked) == 4


@pytest.mark.django_db
def test_another_table_changes_nothing_and_no_request_keeps_nothing(reads):
    name, asked = reads
    _in_a_request(name)
    memo.changed("address.Country")
    _in_a_request(name)
    assert len(asked) == 1
    assert [name(), name()] == ["", ""]
    assert len(asked) == 3


@pytest.mark.django_db
def test_a_change_that_is_undone_is_kept_by_nobody(reads):
    name, _ = reads
    Seller.objects.create(pk=1, name="Muster")

    def change_and_fail() -> str:
        with transaction.atomic():
            Seller.objects.get(pk=1).delete()
            Seller(pk=1, name="Verworfen").save()
            seen = name()
            transaction.set_rollback(True)
        return seen

    assert _in_a_request(change_and_fail) == "Verworfen"  # the writer sees its own work, at once
    assert _in_a_request(name) == "Muster"

    def read_and_change() -> str:
        before = name()
        Seller(pk=1, name="Danach").save(force_update=True)
        return before

    assert _in_a_request(read_and_change) == "Muster"
    assert _in_a_request(name) == "Danach"


@pytest.mark.django_db
def test_what_another_process_changed_is_read_anew_and_nothing_is_kept_for_ever(reads, monkeypatch):
    name, asked = reads
    Seller.objects.create(pk=1, name="Muster")
    _in_a_request(name)
    Seller.objects.update(name="Von drüben")
    TableStamp.objects.filter(label="shopflow_core.Seller").update(stamp="another process")
    assert _in_a_request(name) == "Von drüben"
    Seller.objects.update(name="Von Hand")
    monkeypatch.setattr(memo, "KEPT_SECONDS", 0.0)
    assert _in_a_request(name) == "Von Hand"
    TableStamp.objects.all().delete()
    monkeypatch.undo()
    assert [_in_a_request(name), _in_a_request(name)] == ["Von Hand", "Von Hand"]
    assert len(asked) == 5, "without a stamp nothing is kept"


@pytest.mark.django_db
def test_a_process_keeps_a_limited_number_of_facts(monkeypatch):
    monkeypatch.setattr(memo, "KEPT_FACTS", 3)
    memo.changed("shopflow_core.Seller")

    @memo.kept_while_unchanged("shopflow_core.Seller")
    def fact(number: int) -> int:
        return number

    for number in range(10):
        assert _in_a_request(lambda n=number: fact(n)) == number
    assert len(memo._kept) <= 3


@pytest.mark.django_db
def test_every_kept_table_has_a_stamp_and_pages_show_an_edit_at_once(client):
    from shopflow.core.queries import seller

    call_command("migrate", verbosity=0)
    assert set(TableStamp.objects.values_list("label", flat=True)) >= memo._stamped
    Seller.objects.create(pk=1, name="Altes Autohaus")
    for said in ("Altes Autohaus", "Neues Autohaus"):
        row = seller()
        row.name = said
        row.save()
        for _ in range(2):
            assert said in client.get("/basket/").content.decode()


@pytest.mark.django_db
def test_the_foot_of_a_page_is_drawn_once_for_all_and_anew_for_what_differs(client):
    from django.contrib.auth import get_user_model

    memo.changed("shopflow_core.Seller", "address.Country")
    Seller.objects.create(pk=1, name="Muster", phone="0123 456")
    first, second = (client.get("/basket/").content.decode() for _ in range(2))
    assert "0123 456" in first
    assert _foot(first) == _foot(second)
    assert "Meine Bestellungen" not in _foot(first)

    client.force_login(get_user_model().objects.create_user("kundin@example.org", "geheim-4711"))
    assert "Meine Bestellungen" in _foot(client.get("/basket/").content.decode())
    client.logout()
    assert "Meine Bestellungen" not in _foot(client.get("/basket/").content.decode())

    client.cookies["django_language"] = "en"
    assert "Follow your order" in _foot(client.get("/basket/").content.decode())
    Seller(pk=1, name="Muster", phone="0999 1").save()
    assert "0999 1" in _foot(client.get("/basket/").content.decode())
    assert "csrfmiddlewaretoken" not in _foot(client.get("/basket/").content.decode())


def _foot(page: str) -> str:
    return page.partition('<footer class="site-footer"')[2].partition("site-footer__end")[0]


@pytest.mark.django_db
def test_an_app_that_is_migrated_alone_needs_no_stamps(monkeypatch):
    """``migrate shopflow_tax`` on an empty database: its own table is there, and nothing of the core's."""
    from django.db import connection

    from oscar_ext.shipping.apps import _offer_parcels
    from oscar_ext.shipping.models import ShippingRate
    from shopflow.tax.apps import _fill_rates
    from shopflow.tax.models import VatRate

    receivers = (memo._stamp_all, _fill_rates, _offer_parcels)
    VatRate.objects.all().delete()
    ShippingRate.objects.all().delete()
    TableStamp.objects.all().delete()
    names = [name for name in connection.introspection.table_names() if name != TableStamp._meta.db_table]
    monkeypatch.setattr(connection.introspection, "table_names", lambda *args, **kwargs: names)
    for receive in receivers:
        receive(using="default")
    assert not TableStamp.objects.exists()
    assert not VatRate.objects.exists()
    assert not ShippingRate.objects.exists()

    monkeypatch.undo()
    for receive in receivers:
        receive(using="default")
    assert TableStamp.objects.exists()
    assert VatRate.objects.exists()
    assert ShippingRate.objects.exists()
