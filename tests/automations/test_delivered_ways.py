"""Every way through every delivered automation, walked as staff would: why it counts as tested until it is changed."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model

from shopflow.automations.definitions import read
from shopflow.automations.linting import ways
from shopflow.automations.models import Flow, Trial, WalkedWay
from shopflow.automations.services.trials import stand_of, start_trial, take_way
from shopflow.contracts.automations import flows

CODES = [code for code in flows.codes() if not type(flows.get(code)).__module__.startswith("tests")]


@pytest.fixture(autouse=True)
def world():
    """No stand-ins here."""


def walk(trial, way, tester):
    """Along ``way``, a list of steps, to its end."""
    for here, following in zip(way, [*way[1:], None], strict=True):
        if here.startswith("goal:"):
            trial = take_way(trial_id=trial.pk, choice=here, actor=tester)
            continue
        wanted = following and following.removeprefix("↺")
        offer = next(one for one in stand_of(trial).offers if one.target == wanted and not one.is_goal)
        trial = take_way(trial_id=trial.pk, choice=offer.code, actor=tester)
        if following is None or following.startswith("↺"):
            return trial
    return trial


@pytest.mark.sqlite  # once is enough: nothing in it depends on the database
@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_each_way_can_be_walked_and_each_mail_be_written(code, seller):
    tester = get_user_model().objects.create_user("tester@example.com", "x")
    definition = flows.get(code).define().definition
    flow = Flow.objects.get_or_create(code=code, defaults={"name": code})[0]
    every = ways(read(definition))
    for way in every:
        trial = start_trial(flow=flow, definition=definition, label="geliefert", subject={}, actor=tester)
        trial = walk(trial, way.split(">"), tester)
        assert [entry for entry in trial.story if entry["failed"]] == [], way
        if "↺" not in way:
            assert trial.state == Trial.State.DONE, way
            assert WalkedWay.objects.filter(sha256=trial.sha256, way=way).exists()
