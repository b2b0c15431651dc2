from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from shopflow.core import clock

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def test_the_clock_moves_forward_for_everybody(capsys):
    with time_machine.travel(START, tick=False):
        call_command("move_clock", hours=25)
        assert clock.now() == START + timedelta(hours=25)
        call_command("move_clock", days=1)
        assert clock.now() == START + timedelta(hours=49)
    assert capsys.readouterr().out.splitlines()[0] == "For the shop it is now 2026-11-22 11:00."


def test_the_clock_never_goes_back():
    with pytest.raises(CommandError, match="forward only"):
        call_command("move_clock", hours=-1)
    assert clock.shift() == timedelta()


def test_a_real_shop_keeps_the_real_time(settings):
    settings.SHOPFLOW_MOVABLE_CLOCK = False
    with pytest.raises(CommandError, match="SHOPFLOW_MOVABLE_CLOCK"):
        call_command("move_clock", hours=1)
    assert clock.shift() == timedelta()
