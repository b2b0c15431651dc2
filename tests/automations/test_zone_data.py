"""A government changes its clocks: what waits for a time on the wall moves to the instant that shows it now."""

from __future__ import annotations

import struct
import zoneinfo
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shopflow.audience.models import Contact
from shopflow.audience.services import save_contact
from shopflow.automations.models import Run, ZoneData
from shopflow.automations.services import replanning, zone_data
from shopflow.automations.services.replanning import replan_zones
from shopflow.automations.services.zone_data import fingerprint, keep_up_with_zones, look_at_zones
from shopflow.automations.tasks import look_at_first
from shopflow.core import clock
from tests.automations.doubles import WAIT, WORK, ThingHappened

EMAIL = "erika@example.org"
NOW = datetime(2027, 3, 15, 12, tzinfo=UTC)
LATER = timedelta(minutes=2)
BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"
LATE_SUMMER = "CET-1CEST,M4.2.0,M10.5.0/3"
"""From 2027 on, say, summer time begins a fortnight later: on 11 April instead of 28 March."""
NO_SUMMER = "CET-1"
WRITE = 'UPDATE "shopflow_automations_run"' if connection.vendor == "sqlite" else "UPDATE shopflow_automations_run"
AT_SIX = {**WAIT, "for": {"days": 20}, "at": "18:00"}


def compiled(rule):
    """A file of zone data (RFC 8536) that holds nothing but the rule."""
    name = rule[:3].encode() + b"\0"
    head = b"TZif2" + bytes(15) + struct.pack(">6L", 0, 0, 0, 0, 1, len(name))
    body = struct.pack(">lBB", 0, 0, 0) + name
    return head + body + head + body + f"\n{rule}\n".encode()


class World:
    """The zones of a small world, whose rules may change."""

    def __init__(self, folder):
        self.folder = folder
        self.looks = 0

    def set(self, **rules):
        """The system gets other data. This process still has in mind what it has read."""
        for name, rule in rules.items():
            path = self.folder / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(compiled(rule))

    def looked_at(self):
        """What the workers see, each time a second later."""
        self.looks += 1
        with clock.imagined_at(clock.now() + timedelta(seconds=self.looks)):
            return look_at_zones()

    def noticed(self):
        """What the workers see, and how many waits have moved once all of them have seen it."""
        changed = self.looked_at()
        with clock.imagined_at(clock.now() + timedelta(seconds=30)):
            assert replan_zones() == 0, "others may still reckon by the old data"
        with clock.imagined_at(clock.now() + LATER):
            return changed, keep_up_with_zones()


@pytest.fixture
def clocks(tmp_path):
    usual = zoneinfo.TZPATH
    world = World(tmp_path)
    world.set(UTC="UTC0", Europe__Berlin=BERLIN, America__New_York="EST5EDT,M3.2.0,M11.1.0", Asia__Tokyo="JST-9")
    zoneinfo.reset_tzpath([str(tmp_path)])
    ZoneInfo.clear_cache()
    zone_data._known.clear()
    with clock.imagined_at(NOW):
        yield world
    zoneinfo.reset_tzpath(usual)
    ZoneInfo.clear_cache()
    zone_data._known.clear()


def due():
    return list(Run.objects.order_by("pk").values_list("due_at", flat=True))


@pytest.fixture
def begin(make_flow, happen, work_on):
    def begun(*steps, count=1, **more):
        make_flow(*steps or (AT_SIX,), WORK, schema=2, entry_key="thing:{thing_id}", **more)
        for number in range(count):
            happen(ThingHappened(thing_id=number, email=EMAIL, kind="2027-04-09"))
        work_on()

    return begun


@pytest.mark.django_db
def test_a_zone_that_skips_a_fortnight_of_summer_moves_what_falls_into_it(clocks, begin):
    begin()
    assert len(clocks.noticed()[0]) >= 4, "the first look gets to know every zone"
    assert due() == [datetime(2027, 4, 4, 16, tzinfo=UTC)]

    clocks.set(Europe__Berlin=LATE_SUMMER)
    assert clocks.noticed() == (["Europe/Berlin"], 1)
    assert due() == [datetime(2027, 4, 4, 17, tzinfo=UTC)]
    assert Run.objects.get().wait == {"wall": "2027-04-04T18:00:00", "zone": "Europe/Berlin"}
    assert clocks.noticed() == ([], 0)
    assert ZoneData.objects.filter(replan_after__isnull=False).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("step", "moves"),
    [
        ({**WAIT, "for": {"days": 20}}, True),
        ({**WAIT, "for": {"workdays": 14}}, True),
        ({**WAIT, "for": {"days": 60}}, False),
        ({**WAIT, "for": {"hours": 480}}, False),
        ({**WAIT, "for": {"hours": 480}, "window": {"from": "09:00", "to": "10:00"}}, True),
        ({**AT_SIX, "zone": "Europe/Berlin"}, True),
        ({**AT_SIX, "zone": "Asia/Tokyo"}, False),
        ({"id": "pause", "kind": "wait", "until_date": {"field": "kind", "before": {"days": 3}}}, True),
        ({"id": "pause", "kind": "wait", "until_event": {
            "events": [{"event": "test_thing_ended", "match": ["thing_id"]}], "timeout": {"days": 20}}}, True),
        ({"id": "pause", "kind": "wait", "until_event": {
            "events": [{"event": "test_thing_ended", "match": ["thing_id"]}], "timeout": {"hours": 480}}}, False),
    ],
)  # fmt: skip
def test_only_what_shows_another_time_by_the_new_clocks_moves(clocks, begin, step, moves):
    begin(step)
    clocks.noticed()
    before = Run.objects.get()
    clocks.set(Europe__Berlin=LATE_SUMMER)
    assert clocks.noticed() == (["Europe/Berlin"], int(moves))
    after = Run.objects.get()
    assert after.wait == before.wait
    assert after.due_at - before.due_at == timedelta(hours=1 if moves else 0)


@pytest.mark.django_db
def test_who_lives_elsewhere_is_left_alone(clocks, begin):
    contact = save_contact(email=EMAIL)
    Contact.objects.filter(pk=contact.pk).update(time_zone="America/New_York")
    begin()
    clocks.noticed()
    clocks.set(Europe__Berlin=LATE_SUMMER)
    assert clocks.noticed() == (["Europe/Berlin"], 0)
    assert due() == [datetime(2027, 4, 4, 22, tzinfo=UTC)]


@pytest.mark.django_db
def test_of_a_condition_the_time_out_moves(clocks, begin, world):
    world.holds = False
    begin({"id": "pause", "kind": "wait",
           "until_condition": {"ask": {"condition": "test_gate"}, "timeout": {"days": 20}}})  # fmt: skip
    clocks.noticed()
    before = Run.objects.get()
    assert before.wait["until"] == "2027-04-04T11:00:00+00:00"
    clocks.set(Europe__Berlin=LATE_SUMMER)
    assert clocks.noticed() == (["Europe/Berlin"], 1)
    after = Run.objects.get()
    assert after.due_at == before.due_at == NOW + timedelta(days=1)
    assert after.wait == {**before.wait, "until": "2027-04-04T12:00:00+00:00"}


@pytest.mark.django_db
def test_a_time_that_the_clocks_skipped_is_kept_once_they_do_not(clocks, begin):
    begin({**WAIT, "for": {"days": 12}, "at": "02:30"})
    clocks.noticed()
    assert due() == [datetime(2027, 3, 28, 1, tzinfo=UTC)], "half past two is not there: three o'clock is"
    clocks.set(Europe__Berlin=LATE_SUMMER)
    assert clocks.noticed() == (["Europe/Berlin"], 1)
    assert due() == [datetime(2027, 3, 28, 1, 30, tzinfo=UTC)]


@pytest.mark.django_db
def test_the_second_time_of_a_doubled_hour_is_no_other_time(clocks, begin):
    with clock.imagined_at(datetime(2027, 10, 28, 1, 30, tzinfo=UTC)):
        begin({**WAIT, "for": {"hours": 72}, "window": {"from": "02:00", "to": "04:00"}})
        clocks.noticed()
        assert due() == [datetime(2027, 10, 31, 1, 30, tzinfo=UTC)]
        assert Run.objects.get().wait["wall"] == "2027-10-31T02:30:00"
        clocks.set(Europe__Berlin=LATE_SUMMER)
        assert clocks.noticed() == (["Europe/Berlin"], 0)
    assert due() == [datetime(2027, 10, 31, 1, 30, tzinfo=UTC)]


@pytest.mark.django_db
def test_what_has_passed_by_the_new_clocks_is_due_now(clocks, begin):
    begin({**WAIT, "for": {"hours": 1}, "at": "14:30"})
    clocks.noticed()
    assert due() == [NOW + timedelta(minutes=90)]
    clocks.set(Europe__Berlin="XST-4")
    assert clocks.noticed() == (["Europe/Berlin"], 1)
    assert due() == [NOW + LATER]


@pytest.mark.django_db
def test_what_is_due_anyway_is_not_put_off(clocks, begin):
    begin({**WAIT, "for": {"minutes": 1}, "window": {"from": "13:00", "to": "14:00"}})
    clocks.noticed()
    assert due() == [NOW + timedelta(minutes=1)]
    clocks.set(Europe__Berlin="XST-4")
    assert clocks.noticed() == (["Europe/Berlin"], 0)
    assert due() == [NOW + timedelta(minutes=1)]


@pytest.mark.django_db
def test_this_process_reckons_by_the_new_data_from_then_on(clocks, begin):
    clocks.noticed()
    before = ZoneInfo("Europe/Berlin")
    clocks.set(Europe__Berlin=LATE_SUMMER)
    assert ZoneInfo("Europe/Berlin") is before
    clocks.looked_at()
    keep_up_with_zones()
    begin()
    assert due() == [datetime(2027, 4, 4, 17, tzinfo=UTC)]
    with clock.imagined_at(NOW + LATER):
        assert keep_up_with_zones() == 0


@pytest.mark.django_db
def test_who_is_stopped_goes_on_where_it_was_and_moves_each_once(clocks, begin, monkeypatch):
    monkeypatch.setattr(replanning, "MANY", 4)
    begin(count=9)
    clocks.noticed()
    clocks.set(Europe__Berlin=LATE_SUMMER)
    clocks.looked_at()
    moved = []
    usual = replanning._follows_the_clocks

    def killed(desk, run):
        if len(moved) == 6:
            raise KeyboardInterrupt
        moved.append(run.pk)
        return usual(desk, run)

    with clock.imagined_at(NOW + LATER):
        monkeypatch.setattr(replanning, "_follows_the_clocks", killed)
        with pytest.raises(KeyboardInterrupt):
            keep_up_with_zones()
        moves = datetime(2027, 4, 4, 17, tzinfo=UTC)
        assert [one == moves for one in due()] == [True] * 4 + [False] * 5
        monkeypatch.setattr(replanning, "_follows_the_clocks", usual)
        assert keep_up_with_zones() == 5
        assert due() == [moves] * 9
        assert keep_up_with_zones() == 0


@pytest.mark.django_db
def test_many_cost_as_many_queries_as_few(clocks, begin):
    begin(count=1)
    clocks.noticed()

    def queries(rule):
        clocks.set(Europe__Berlin=rule)
        with CaptureQueriesContext(connection) as looking:
            clocks.looked_at()
        with clock.imagined_at(NOW + LATER), CaptureQueriesContext(connection) as moving:
            keep_up_with_zones()
        writes = [query["sql"] for query in moving if query["sql"].startswith(WRITE)]
        return len(looking), len(moving) - len(writes), len(writes)

    few = queries(LATE_SUMMER)
    begin(count=30)
    many = queries(BERLIN)
    assert many[:2] == few[:2]
    assert many[2] == (1 if connection.vendor == "postgresql" else 30), "as the engine writes runs"
    with CaptureQueriesContext(connection) as captured:
        keep_up_with_zones()
    assert len(captured) == 1, "as long as nothing has changed"


def test_a_fingerprint_tells_what_the_clocks_do_and_not_how_that_is_written(clocks):
    clocks.set(Europe__Paris="MEZ-1MESZ-2,M3.5.0/2,M10.5.0/3", Europe__Riga=NO_SUMMER, Europe__Rome=BERLIN + ":00")
    assert fingerprint("Europe/Paris") == fingerprint("Europe/Rome") == fingerprint("Europe/Berlin")
    found = {fingerprint(zone) for zone in ("Europe/Berlin", "Europe/Riga", "UTC", "Asia/Tokyo", "America/New_York")}
    assert len(found) == 5
    clocks.set(Europe__Riga="CET-1CEST,M3.5.0/2:00:01,M10.5.0/3")
    assert fingerprint("Europe/Riga") != fingerprint("Europe/Berlin"), "a second makes a difference"


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_starts_looks(monkeypatch, caplog):
    sent = []
    monkeypatch.setattr("shopflow.core.jobs._send", lambda name, kwargs: sent.append(name))
    look_at_first()
    assert sent == ["shopflow.automations.look_at_zones"]


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="several workers need PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_move_each_run_once(clocks, begin, monkeypatch):
    monkeypatch.setattr(replanning, "MANY", 5)
    begin(count=60)
    clocks.noticed()
    clocks.set(Europe__Berlin=LATE_SUMMER)

    def work(_number):
        try:
            with clock.imagined_at(NOW + timedelta(seconds=30)):
                look_at_zones()
            with clock.imagined_at(NOW + LATER):
                return keep_up_with_zones()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        moved = list(pool.map(work, range(2)))
    with clock.imagined_at(NOW + LATER):
        moved.append(keep_up_with_zones())
    assert sum(moved) == 60
    assert due() == [datetime(2027, 4, 4, 17, tzinfo=UTC)] * 60
    assert ZoneData.objects.filter(replan_after__isnull=False).count() == 0
