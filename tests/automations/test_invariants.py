"""What holds whatever happens: several workers at once, random flows, new versions in mid-run."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopflow.automations.models import AutomationSettings, Decision, Flow, Run, RunStep
from shopflow.automations.services import publish_version, run_due
from shopflow.core import clock
from shopflow.mailing.models import Message
from tests.automations.doubles import WAIT, WORK, ThingEnded, ThingHappened, definition_with

SCRIPT = Path(__file__).with_name("cap_worker.py")

condition = st.sampled_from(
    [
        {"condition": "test_gate"},
        {"not": {"condition": "test_gate"}},
        {"any": [{"field": "kind", "op": "is", "value": "round"}, {"condition": "test_gate"}]},
        {"field": "unheard_of", "op": "is", "value": 1},
    ]
)
ended = {"event": "test_thing_ended", "match": ["thing_id"]}


@st.composite
def steps(draw):
    """A flow of a few steps that lead to anywhere ahead."""
    ids = [f"s{number}" for number in range(draw(st.integers(1, 6)))]
    made = []
    for number, name in enumerate(ids):
        ahead = st.sampled_from(["next", "stop", *ids[number + 1 :]])
        kind = draw(st.sampled_from(["wait", "event", "date", "until", "ask", "split", "work"]))
        made.append({"id": name, **_step(draw, kind, ahead)})
    return made


def _step(draw, kind, ahead):
    if kind == "wait":
        return {"kind": "wait", "for": {draw(st.sampled_from(["minutes", "days", "workdays", "months"])): 1}}
    if kind == "event":
        ways = [{**ended, "then": draw(ahead)}]
        wait = {"events": ways, "timeout": {"hours": 5}, "otherwise": draw(ahead)}
        return {"kind": "wait", "until_event": {**wait, "since": draw(st.sampled_from(["step", "entry"]))}}
    if kind == "date":
        return {"kind": "wait", "until_date": {"field": "kind", "past": draw(ahead)}}
    if kind == "until":
        wait = {"ask": draw(condition), "timeout": {"days": 2}, "on": [ended]}
        return {"kind": "wait", "until_condition": {**wait, "then": draw(ahead), "otherwise": draw(ahead)}}
    if kind == "ask":
        ways = {"then": draw(ahead), "else": draw(ahead), "unknown": draw(ahead)}
        return {"kind": "condition", "ask": draw(condition), **ways}
    if kind == "split":
        arms = [{"code": code, "then": draw(ahead)} for code in "ab"]
        return {"kind": "split", "experiment": "x", "arms": arms}
    return {"kind": "action", "action": "test_work", "recheck": [draw(condition)]}


@pytest.mark.django_db
@given(flow_steps=steps(), holds=st.sampled_from([True, False, None]), happens=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_i03_every_run_ends_or_is_due(make_flow, happen, world, flow_steps, holds, happens):
    make_flow(*flow_steps, schema=2)
    world.holds = holds
    number = Run.objects.count() + 1
    happen(ThingHappened(thing_id=number))
    for _round in range(14):
        while run_due():
            pass
        run = Run.objects.get(entry_key=f"thing:{number}")
        if run.state not in Run.RUNNABLE:
            break
        assert run.due_at > clock.now()
        waiting = RunStep.objects.filter(run=run, finished_at=None)
        assert [step.node for step in waiting] == [run.node]
        if happens:
            happen(ThingEnded(thing_id=number))
        clock.move_forward(timedelta(days=40))

    assert run.state in (Run.State.DONE, Run.State.EXITED), (run.state, run.reason)
    assert run.ending
    assert not RunStep.objects.filter(run=run, finished_at=None).exists()


@pytest.mark.django_db
def test_i04_the_same_facts_give_the_same_decisions(make_flow, happen, work_on, world):
    asked = {"all": [{"field": "kind", "op": "is", "value": "round"}, {"not": {"condition": "test_gate"}}]}
    make_flow({"id": "ask", "kind": "condition", "ask": asked, "else": "work"}, WORK, schema=2)
    for number in range(3):
        happen(ThingHappened(thing_id=number, email=f"p{number}@example.org"))
    work_on()

    told = Decision.objects.filter(gate="branch").values_list("verdict", "reason", "details")
    assert len({str(row) for row in told}) == 1
    assert len(told) == 3


@pytest.mark.django_db
def test_i06_a_new_version_changes_no_run_under_way(make_flow, happen, work_on, world):
    flow = make_flow(WAIT, WORK, {**WORK, "id": "end"})
    happen(ThingHappened(thing_id=1))
    work_on()
    before = Run.objects.values().get()
    for number in range(3):
        publish_version(flow=flow, definition=definition_with({**WAIT, "id": f"other{number}"}), actor=None)

    assert Run.objects.values().get() == before
    work_on(hours=3)
    assert list(RunStep.objects.order_by("pk").values_list("node", flat=True)) == ["pause", "work", "end"]


def database_url():
    of = connection.settings_dict
    host = of["HOST"] or "localhost"
    if host.startswith("/"):
        return f"postgres://{of['USER']}:{of['PASSWORD']}@{host.replace('/', '%2F')}/{of['NAME']}"
    return f"postgres://{of['USER']}:{of['PASSWORD']}@{host}:{of['PORT'] or 5432}/{of['NAME']}"


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="one worker only on SQLite")
def test_i08_the_cap_holds_with_several_workers(tmp_path, transactional_db, any_hour):
    """Each of ten people has eight mails due; four processes with two workers each take them one run at a time."""
    AutomationSettings.objects.update(per_minute=100_000)
    now = clock.now()
    step = {"id": "advert", "kind": "action", "action": "test_advert"}
    definition = {"schema": 2, "trigger": {"event": "order_placed"}, "entry_key": "{n}", "steps": [step]}
    flow = Flow.objects.create(code="crowd", name="Crowd", enabled=True)
    from tests.automations.doubles import Advert

    assert Advert.code == "test_advert"
    version = publish_version(flow=flow, definition=definition, actor=None)
    Run.objects.bulk_create(
        Run(
            flow=flow, version=version, email=f"p{n % 10}@example.org", entry_key=str(n),
            subject={"n": n, "email": f"p{n % 10}@example.org"}, state="active", node="advert",
            due_at=now, began_at=now, entered_at=now,
        )
        for n in range(80)
    )  # fmt: skip
    env = {
        **os.environ, "DATABASE_URL": database_url(), "SHOPFLOW_DATA": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"
    }  # fmt: skip
    workers = [
        subprocess.Popen([sys.executable, str(SCRIPT)], env=env, stderr=subprocess.PIPE, text=True) for _ in range(4)
    ]
    ended_with = [worker.communicate(timeout=300)[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 4, ended_with

    sent = list(Message.objects.values_list("to_email", flat=True))
    assert sorted(sent) == sorted(f"p{n}@example.org" for n in range(10))
    assert Run.objects.filter(state="done").count() == 10
    assert Run.objects.filter(state="waiting").count() == 70
    keys = list(Message.objects.values_list("dedupe_key", flat=True))
    assert len(set(keys)) == len(keys), "I1"


@pytest.mark.django_db
def test_i11_erasure_leaves_no_address_behind(make_flow, happen, work_on, world, admin_user):
    from shopflow.automations.services import block_person, erase_person

    world.consents.add(("erika@example.org", "newsletter"))
    arms = [{"code": code} for code in "ab"]
    make_flow(
        {"id": "ask", "kind": "condition", "ask": {"all": [
            {"field": "email", "op": "contains", "value": "ERIKA"}, {"condition": "test_gate"}]}},
        {"id": "try", "kind": "split", "experiment": "x", "arms": arms},
        {"id": "advert", "kind": "action", "action": "test_advert"}, WAIT,
        entry_key="{email}:{thing_id}", exits=[{**ended, "match": ["email"]}],
    )  # fmt: skip
    happen(ThingHappened(thing_id=1))
    happen(ThingHappened(thing_id=1))
    work_on()
    block_person(email="erika@example.org", blocked=True, actor=admin_user, reason="Wunsch")

    assert erase_person("Erika@example.org")["runs"] == 1

    tables = [table for table in connection.introspection.table_names() if table.startswith("shopflow_automations")]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = [row for row in cursor.fetchall() if "erika@" in str(row).lower()]
            assert rows == [], table
    run = Run.objects.get()
    assert (run.state, run.ending) == ("exited", "erased")


@pytest.mark.django_db
def test_a_broadcast_reaches_each_person_once(make_flow, happen, work_on, world):
    from shopflow.automations.exceptions import DefinitionInvalid
    from shopflow.automations.services import begin_by_hand

    make_flow(conditions=[{"condition": "test_gate"}])
    by_event = Flow.objects.get(code="test_flow")
    flow = make_flow(code="test_spring", trigger={"manual": True}, entry_key="{occasion}:{email}", schema=2)
    people = [{"email": email} for email in ("a@example.org", "B@example.org", "a@example.org")]

    assert begin_by_hand(flow=flow, subjects=people, occasion="spring") == 2
    assert begin_by_hand(flow=flow, subjects=people, occasion="spring") == 0
    assert begin_by_hand(flow=flow, subjects=people[:1], occasion="autumn") == 1
    work_on()
    assert sorted(Run.objects.values_list("entry_key", flat=True)) == [
        "autumn:a@example.org", "spring:a@example.org", "spring:b@example.org",
    ]  # fmt: skip
    assert Decision.objects.filter(flow=flow, code="entered_before").count() == 4
    with pytest.raises(DefinitionInvalid):
        begin_by_hand(flow=by_event, subjects=people, occasion="spring")


@pytest.mark.django_db
def test_a_mail_is_judged_again_when_it_leaves(make_flow, happen, work_on, world, mailoutbox):
    from datetime import time

    from shopflow.core.services import publish
    from shopflow.mailing.services import send_due

    world.consents |= {(email, "newsletter") for email in ("a@example.org", "b@example.org", "c@example.org")}
    make_flow({"id": "advert", "kind": "action", "action": "test_advert"}, exits=[ended])
    for number, email in enumerate(("a@example.org", "b@example.org")):
        happen(ThingHappened(thing_id=number, email=email))
    work_on()
    publish(ThingEnded(thing_id=0, email="a@example.org"))
    while send_due():
        pass

    assert [mail.to for mail in mailoutbox] == [["b@example.org"]]
    held = Message.objects.get(to_email="a@example.org")
    assert (held.state, held.skip_code) == ("skipped", "overtaken")

    happen(ThingHappened(thing_id=3, email="c@example.org"))
    work_on()
    AutomationSettings.objects.update(quiet_from=time(0), quiet_until=time(23, 59, 59))
    send_due()
    waiting = Message.objects.get(to_email="c@example.org")
    assert waiting.state == "deferred"
    assert waiting.due_at > clock.now()
