"""Limits hold over several workers and after an outage, and orders go before advertising."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shopflow.core import clock
from shopflow.mailing.models import Message, SendingLimit, SendingPace
from shopflow.mailing.services import forget_idle_domains, save_limits, send_due
from shopflow.mailing.services.pace import Pace

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Moment:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def moment(monkeypatch):
    stopped = Moment()
    monkeypatch.setattr(clock, "now", stopped)
    return stopped


def _limit(**limits: int) -> None:
    given = {"": 0, "*": 0, **limits}
    for domain, per_minute in given.items():
        SendingLimit.objects.update_or_create(domain=domain, defaults={"per_minute": per_minute})


def test_half_a_minutes_worth_goes_at_once_and_then_a_steady_stream(smtp, moment):
    _limit(**{"": 60})
    pace = Pace()

    assert pace.take("", 100) == 30
    assert pace.take("", 1) == 0
    moment.move(seconds=1)
    assert pace.take("", 5) == 1
    moment.move(seconds=4)
    assert pace.take("", 5) == 4
    pace.give_back("", 2)
    assert pace.take("", 5) == 2
    moment.move(hours=10)
    assert pace.take("", 100) == 30, "an idle night saves nothing up"


def test_zero_means_no_limit_and_the_local_mailbox_has_none(settings, smtp, moment):
    _limit(**{"": 0})
    assert Pace().take("", 5000) == 5000
    _limit(**{"": 2})
    settings.SHOPFLOW_MAIL_TRANSPORT = "shopflow.mailing.backends.MailboxBackend"
    assert Pace().take("", 5000) == 5000
    assert not SendingPace.objects.exists()


def test_workers_that_read_the_same_row_do_not_share_its_permits(smtp, moment, monkeypatch):
    """Another worker takes permits between this one's reading and writing."""
    from shopflow.mailing.services import pace

    _limit(**{"": 60})
    mine, other = Pace(), Pace()
    real, taken = pace._swap, []

    def swap(row, **values):
        if not taken:
            taken.append(None)
            taken.append(other.take("", 20))
        return real(row, **values)

    monkeypatch.setattr(pace, "_swap", swap)
    assert mine.take("", 20) + taken[1] == 30


def test_i12_after_an_outage_no_minute_sees_more_than_the_limit(letter, smtp, moment):
    """Two hundred mails waited for hours; two workers take turns every second."""
    _limit(**{"": 60, "example.org": 24})
    for number in range(60):
        letter(f"org{number}", to=f"kunde{number}@example.org")
    for number in range(60):
        letter(f"com{number}", to=f"kunde{number}@firma{number}.example.com")
    moment.move(hours=5)

    arrivals: list[tuple[float, str]] = []
    for second in range(0, 200, 2):
        before = len(smtp.recipients)
        send_due(limit=25)
        send_due(limit=25)
        arrivals += [(second, to[0].rpartition("@")[2]) for to in smtp.recipients[before:]]
        moment.move(seconds=2)

    assert len(arrivals) == 120, "everything arrives"
    for name, per_minute in (("", 60), ("example.org", 24)):
        moments = [at for at, domain in arrivals if name in ("", domain)]
        for start in moments:
            in_a_minute = sum(start <= at < start + 60 for at in moments)
            assert in_a_minute <= per_minute * 1.5, f"{in_a_minute} in the minute from second {start}"
    assert set(Message.objects.values_list("state", "attempts")) == {("accepted", 1)}


def test_mails_that_find_no_room_get_places_one_after_the_other(letter, smtp, moment):
    _limit(**{"*": 6})
    for number in range(8):
        letter(f"m{number}", to=f"kunde{number}@example.org")

    assert send_due() == 8

    waiting = list(Message.objects.filter(state="planned").order_by("pk").values_list("due_at", "attempts"))
    assert waiting == [(START + timedelta(seconds=10 * place), 0) for place in range(1, 6)]
    assert send_due() == 0
    moment.move(seconds=10)
    assert send_due() == 1
    assert len(smtp.messages) == 4


def test_orders_go_before_advertising(letter, advert, smtp, moment):
    _limit(**{"": 4})
    for number in range(3):
        advert(f"a{number}")
        moment.move(seconds=0.001)
    letter("order")

    send_due()

    assert Message.objects.get(dedupe_key="order").state == "accepted"
    assert Message.objects.filter(state="accepted").count() == 2
    assert Message.objects.get(dedupe_key="a0").state == "accepted"


def test_advertising_that_waited_too_long_is_pointless(letter, advert, smtp, moment):
    advert("old")
    advert("short", not_after=START + timedelta(hours=1))
    letter("order")
    moment.move(hours=2)
    send_due()
    states = dict(Message.objects.values_list("dedupe_key", "skip_code"))
    assert states == {"old": "", "short": "stale", "order": ""}

    advert("older")
    moment.move(days=3, seconds=1)
    send_due()
    assert Message.objects.get(dedupe_key="older").skip_code == "stale"


def test_limits_are_stored_as_a_whole(admin_user, smtp, moment):
    save_limits(in_all=100, each=10, domains=[(" Example.ORG ", 5), ("example.com", 6)], actor=admin_user)
    save_limits(in_all=100, each=0, domains=[("example.org", 7)], actor=admin_user)
    stored = dict(SendingLimit.objects.values_list("domain", "per_minute"))
    assert stored == {"": 100, "*": 0, "example.org": 7}


def test_domains_that_nothing_is_sent_to_are_forgotten(smtp, moment):
    _limit(**{"*": 6, "": 6})
    pace = Pace()
    pace.take("", 1)
    pace.take("example.org", 1)
    moment.move(hours=12)
    pace.take("example.com", 1)
    moment.move(hours=13)
    assert forget_idle_domains() == 1
    assert set(SendingPace.objects.values_list("domain", flat=True)) == {"", "example.com"}
