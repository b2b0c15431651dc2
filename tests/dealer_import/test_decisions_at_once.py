"""Two decisions about one run at the same moment, and a run that is taken back while a file of its source comes."""

from __future__ import annotations

import pytest
from django.core.files.storage import storages

from dealer_import import services
from dealer_import.apply import Applying, relations
from dealer_import.exceptions import NotReversible, NotUndecided, SourceBusy
from dealer_import.models import ImportRun
from dealer_import.services import deciding
from shopflow.core.models import AuditEntry
from tests.dealer_import.at_once import Shop, at_once, meanwhile, on, profile

pytestmark = [pytest.mark.postgres, pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
ROUNDS = 5


@pytest.fixture
def shop(tmp_path):
    made = Shop(tmp_path)
    made.begin()
    return made


@pytest.fixture
def held(tmp_path):
    """A run that a brake has stopped, with its file."""

    def hold() -> int:
        path = tmp_path / "held.csv"
        path.write_text("number;price\n")
        with path.open("rb") as stream:
            run = services.queue_upload(stream=stream, file_name="held.csv", profile=profile(), actor=None)
        ImportRun.objects.filter(pk=run.pk).update(state="done", outcome="held", reason="brake_missing", dry_run=False)
        return run.pk

    return hold


def decide(service, run_id, staff):
    """What becomes of a decision: True if it counts."""

    def job():
        try:
            service(run_id=run_id, actor=staff)
        except NotUndecided:
            return False
        return True

    return job


PAIRS = [
    (services.release_run, services.release_run),
    (services.release_run, services.discard_run),
    (services.discard_run, services.discard_run),
]


def assert_one_decision(run_id, first, second):
    run = ImportRun.objects.get(pk=run_id)
    assert (first, second) in ((True, False), (False, True))
    followers = ImportRun.objects.filter(follows=run)
    assert run.decision in ("released", "discarded")
    assert [follower.state for follower in followers] == ["waiting"] * (run.decision == "released")
    told = AuditEntry.objects.filter(action__startswith="import_", object_id=str(run.pk))
    assert list(told.values_list("action", flat=True)) == [f"import_{run.decision}"]
    assert storages["private"].exists(run.stored_file) is (run.decision == "released")


@pytest.mark.parametrize("services_", PAIRS)
def test_the_second_decision_waits_and_is_refused(held, admin_user, monkeypatch, services_):
    for first, second in (services_, services_[::-1]):
        run_id = held()
        with meanwhile(monkeypatch, deciding, "audit", decide(second, run_id, admin_user)) as late:
            won = decide(first, run_id, admin_user)()
        assert (won, late[0].result()) == (True, False)
        assert_one_decision(run_id, won, late[0].result())


@pytest.mark.parametrize("services_", PAIRS)
def test_two_decisions_at_the_same_moment(held, admin_user, services_):
    for _ in range(ROUNDS):
        run_id = held()
        assert_one_decision(run_id, *at_once(*(decide(service, run_id, admin_user) for service in services_)))


def taking_back(shop, admin_user):
    def job():
        try:
            return on(6, lambda: services.rollback_run(run_id=shop.last, actor=admin_user).state)()
        except SourceBusy:
            return "busy"

    return job


def importing(shop):
    def job():
        try:
            return shop.deliver(6, "11,00", "2").outcome
        except SourceBusy:
            return "busy"

    return job


def test_an_import_is_not_taken_back_nor_overtaken_while_it_writes(shop, admin_user, monkeypatch):
    with meanwhile(monkeypatch, Applying, "_relations", taking_back(shop, admin_user)) as taken:
        assert importing(shop)() == "applied"
    assert taken[0].result() == "busy"
    assert (shop.prices(), shop.waiting()) == ({(1100, 1100)}, set())
    assert not ImportRun.objects.exclude(undoes=None).exists()


def test_a_file_waits_while_a_run_is_taken_back(shop, admin_user, monkeypatch):
    with meanwhile(monkeypatch, relations, "take_back", importing(shop)) as imported:
        assert taking_back(shop, admin_user)() == "done"
    assert imported[0].result() == "busy"
    assert (shop.prices(), shop.waiting(), shop.history()) == ({(1000, 1000)}, set(), {()})
    assert ImportRun.objects.filter(state="running").count() == 0
    assert importing(shop)() == "applied"
    assert shop.prices() == {(1100, 1100)}


def test_taking_back_and_an_import_of_the_source_at_the_same_moment(shop, admin_user):
    """Whoever finds the source busy comes again; in whatever order, the file's prices hold in the end."""
    for _ in range(3):
        take_back, bring_in = taking_back(shop, admin_user), importing(shop)
        taken, imported = at_once(take_back, bring_in)
        assert "busy" not in (taken, imported) or {taken, imported} in ({"busy", "done"}, {"busy", "applied"})
        if imported == "busy":
            assert bring_in() == "applied"
        if taken == "busy":
            assert take_back() == "done"
        assert (shop.prices(), shop.waiting(), shop.history()) == ({(1100, 1100)}, set(), {((1000, 1100),)})
        shop.begin()


def test_taking_back_twice_at_the_same_moment(shop, admin_user):
    def press():
        try:
            return services.queue_rollback(run_id=shop.last, actor=admin_user).pk
        except NotReversible:
            return None

    def work():
        try:
            return services.execute_run(run_id=undoing)
        except SourceBusy:
            return None

    for _ in range(3):
        pressed = at_once(press, press, press)
        assert pressed.count(None) == 2
        (undoing,) = set(pressed) - {None}
        assert at_once(work, work, work) == [None] * 3
        assert list(ImportRun.objects.filter(undoes=shop.last).values_list("pk", "state")) == [(undoing, "done")]
        assert (shop.prices(), shop.waiting(), shop.history()) == ({(1000, 1000)}, set(), {()})
        assert AuditEntry.objects.filter(action="import_rolled_back", object_id=str(shop.last)).count() == 1
        shop.begin()
