"""The gate before switching on: no door past the linter, the test runs and the clearance."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from shopflow.automations.definitions import read
from shopflow.automations.definitions.naming import fingerprint
from shopflow.automations.exceptions import DefinitionInvalid, NotAllowed, NotReady
from shopflow.automations.linting import ways
from shopflow.automations.models import Flow, FlowVersion, WalkedWay
from shopflow.automations.services import publish_version, roll_back, switch_flow, sync_builtin_flows
from shopflow.automations.services.activation import affected, clear, readiness
from shopflow.contracts.linting import WARNING, Finding, LintRule, lint_rules
from shopflow.core import clock
from shopflow.core.models import AuditEntry
from tests.automations.doubles import ADVERT, WAIT, WORK, ThingHappened, definition_with

PLAIN = definition_with(WAIT, WORK, schema=2)
RISKY = definition_with({**WAIT, "for": {"hours": 1}}, WORK, *(
    {**WORK, "id": f"more{number}"} for number in range(12)
), schema=2)  # fmt: skip
"""More steps than the linter likes."""


@pytest.fixture
def dealer(db):
    user = get_user_model().objects.create_user("dealer@example.com", "x")
    user.is_staff = True
    user.save()
    rights = Permission.objects.filter(content_type__app_label="shopflow_automations")
    user.user_permissions.add(*rights.filter(codename__in=["view_flow", "change_flow"]))
    return user


def flow_with(definition, *, enabled=False):
    flow = Flow.objects.create(code="mine", name="Meine", enabled=False)
    publish_version(flow=flow, definition=definition, actor=None)
    Flow.objects.filter(pk=flow.pk).update(enabled=enabled)
    flow.refresh_from_db()
    return flow


def walk_all(definition):
    for way in ways(read(definition)):
        WalkedWay.objects.create(sha256=fingerprint(definition), way=way, at=clock.now())


def is_on(flow):
    return Flow.objects.get(pk=flow.pk).enabled


def test_nobody_switches_on_what_was_not_tested(dealer, world):
    flow = flow_with(PLAIN)
    with pytest.raises(NotReady) as refused:
        switch_flow(flow=flow, enabled=True, actor=dealer)
    assert "0 von 1 Wegen" in " ".join(refused.value.problems)
    with pytest.raises(NotReady):
        clear(flow=flow, definition=PLAIN, actor=dealer)

    walk_all(PLAIN)
    with pytest.raises(NotReady):
        switch_flow(flow=flow, enabled=True, actor=dealer)  # nobody has looked at it yet
    clear(flow=flow, definition=PLAIN, actor=dealer)
    assert switch_flow(flow=flow, enabled=True, actor=dealer)
    assert is_on(flow)
    assert switch_flow(flow=flow, enabled=False, actor=dealer), "off is always possible"
    assert switch_flow(flow=flow, enabled=True, actor=dealer), "and on again with the same words"


def test_publishing_for_a_running_automation_is_a_door_as_well(dealer, world):
    flow = flow_with(PLAIN, enabled=True)
    other = definition_with(WORK, schema=2)
    with pytest.raises(DefinitionInvalid):
        publish_version(flow=flow, definition=other, actor=dealer)
    with pytest.raises(DefinitionInvalid):
        roll_back(version=flow.active_version, actor=dealer)
    assert FlowVersion.objects.filter(flow=flow).count() == 1

    walk_all(other)
    clear(flow=flow, definition=other, actor=dealer)
    assert publish_version(flow=flow, definition=other, actor=dealer).number == 2

    switch_flow(flow=flow, enabled=False, actor=dealer)
    assert publish_version(flow=flow, definition=PLAIN, actor=dealer).number == 3, "nobody enters it"


def test_a_flow_without_a_version_cannot_be_switched_on(dealer):
    flow = Flow.objects.create(code="empty", name="Leer")
    for actor in (dealer, None):
        with pytest.raises(NotAllowed):
            switch_flow(flow=flow, enabled=True, actor=actor)


def test_warnings_are_confirmed_with_a_reason_and_new_ones_anew(dealer, world):
    flow = flow_with(RISKY)
    walk_all(RISKY)
    assert {finding.code for finding in readiness(flow, RISKY).warnings} == {"many_steps"}
    with pytest.raises(NotAllowed):
        clear(flow=flow, definition=RISKY, actor=dealer)
    clear(flow=flow, definition=RISKY, actor=dealer, reason="So gewollt")
    entry = AuditEntry.objects.get(action="automation_cleared")
    assert (entry.actor, entry.data["reason"], entry.data["warnings"]) == (dealer, "So gewollt", ["many_steps:"])
    assert switch_flow(flow=flow, enabled=True, actor=dealer)

    switch_flow(flow=flow, enabled=False, actor=dealer)

    class Newer(LintRule):
        code = "newer"
        label = "newer"

        def check(self, plan):
            yield Finding("newer", WARNING, "pause", "Etwas Neues.", "Sehen Sie nach.")

    with lint_rules.registered(Newer), pytest.raises(NotReady) as refused:
        switch_flow(flow=flow, enabled=True, actor=dealer)
    assert "bestätigt" in refused.value.problems[0]


def test_the_emergency_takes_the_right_and_a_reason(dealer, world, django_user_model):
    flow = flow_with(PLAIN)
    with pytest.raises(NotAllowed):
        clear(flow=flow, definition=PLAIN, actor=dealer, reason="eilig", overrides=True)
    chief = django_user_model.objects.create_superuser("chief@example.com", "x")
    with pytest.raises(NotAllowed):
        clear(flow=flow, definition=PLAIN, actor=chief, overrides=True)
    clear(flow=flow, definition=PLAIN, actor=chief, reason="Rückruf", overrides=True)
    assert switch_flow(flow=flow, enabled=True, actor=chief)
    data = AuditEntry.objects.get(action="automation_cleared").data
    assert (data["overrides"], data["errors"], data["tested"]) == (True, ["untested:"], [0, 1])


def test_a_delivered_definition_was_tested_by_its_makers_but_not_a_changed_one(dealer):
    sync_builtin_flows()
    flow = Flow.objects.select_related("active_version").get(code="abandoned_cart")
    found = readiness(flow, flow.active_version.definition)
    assert found.delivered
    assert found.tested == len(found.ways)
    assert found.errors == []
    changed = {**flow.active_version.definition, "priority": 60}
    found = readiness(flow, changed)
    assert (found.delivered, found.tested) == (False, 0)
    with pytest.raises(NotReady):
        switch_flow(flow=flow, enabled=True, actor=dealer)  # somebody has to look at it all the same


def test_the_preview_counts_whom_it_would_concern(dealer, world, happen):
    flow = flow_with(definition_with(WORK, schema=2, trigger={"event": "test_thing", "where": {"kind": "round"}}))
    for number, kind in enumerate(("round", "round", "square")):
        happen(ThingHappened(thing_id=number, kind=kind))
    counted = affected(flow, flow.active_version.definition)
    assert (counted.entries, counted.by_hand, counted.more) == (2, False, False)
    assert affected(flow, definition_with(WORK, schema=2, trigger={"manual": True})).by_hand


def test_the_switch_leads_to_the_page_that_shows_it_all(dealer, world, client):
    advert = definition_with(
        {"id": "days", "kind": "wait", "for": {"days": 2}}, {**ADVERT, "settings": {"purpose": "newsletter"}}, schema=2,
        exits=[{"event": "consent_changed", "match": ["email"], "where": {"purpose": "newsletter"}}],
    )  # fmt: skip
    flow = flow_with(advert)
    client.force_login(dealer)
    answer = client.post(reverse("shopflow-staff:automations-switch", args=["mine"]), {"enabled": "1"})
    page = reverse("shopflow-staff:automations-activate", args=["mine"])
    assert (answer.status_code, answer.url) == (302, page)
    shown = client.get(page).content.decode()
    assert "0 von 1 Wegen" in shown
    assert "newsletter" in shown
    assert 'type="submit">Einschalten' not in shown
    assert client.post(page, {"reason": ""}).status_code == 422
    assert not is_on(flow)

    walk_all(advert)
    assert 'type="submit">Einschalten' in client.get(page).content.decode()
    assert client.post(page, {"reason": ""}).status_code == 302
    assert is_on(flow)
    assert AuditEntry.objects.filter(action="automation_switched", actor=dealer).count() == 1


def test_a_double_click_switches_on_once(client, dealer, world):
    flow = flow_with(PLAIN)
    walk_all(PLAIN)
    client.force_login(dealer)
    page = reverse("shopflow-staff:automations-activate", args=["mine"])
    answers = [client.post(page, {"reason": "Geprüft"}) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert is_on(flow)
    assert AuditEntry.objects.filter(action="automation_switched", object_id=str(flow.pk)).count() == 1
