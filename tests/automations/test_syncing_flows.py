"""How delivered automations come into the shop, and what of them is staff's."""

from __future__ import annotations

import pytest

from shopflow.automations import demo
from shopflow.automations.models import Flow, FlowVersion
from shopflow.automations.services import publish_version, switch_flow, sync_builtin_flows
from shopflow.contracts.automations import Flow as FlowProvider
from shopflow.contracts.automations import flows
from shopflow.core.models import AuditEntry
from tests.automations.doubles import definition_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def built_in_flows():
    demo.load(seller=None)


def test_flows_are_there_after_migrate_and_only_order_status_is_on():
    Flow.objects.update(active_version=None)
    Flow.objects.all().delete()
    assert len(sync_builtin_flows()) == len(flows)
    assert sync_builtin_flows() == []
    states = dict(Flow.objects.values_list("code", "enabled"))
    assert (states["order_status"], states["abandoned_cart"], states["review_request"]) == (True, False, False)


def test_what_stands_as_it_is_delivered_is_seen_in_three_queries(django_assert_num_queries):
    with django_assert_num_queries(3):
        assert sync_builtin_flows() == []


def test_changed_words_and_a_lost_definition_come_back():
    Flow.objects.filter(code="order_status").update(name="?")
    FlowVersion.objects.filter(flow__code="abandoned_cart").update(sha256="")

    (version,) = sync_builtin_flows()

    assert (version.flow.code, version.number) == ("abandoned_cart", 2)
    assert Flow.objects.get(code="order_status").name == str(flows.get("order_status").define().label)


def test_staffs_switch_and_staffs_version_stay(monkeypatch):
    flow = Flow.objects.get(code="order_status")
    other = Flow.objects.get(code="abandoned_cart")
    switch_flow(flow=other, enabled=False, actor=None)
    mine = publish_version(flow=flow, definition=definition_with(), actor=None)
    for code in ("order_status", "abandoned_cart"):
        changed = flows.get(code).define()
        changed.definition["steps"][0]["id"] = "renamed"
        monkeypatch.setattr(type(flows.get(code)), "define", lambda self, changed=changed: changed)

    added = sync_builtin_flows()

    assert {version.flow.code for version in added} == {"order_status", "abandoned_cart"}
    flow.refresh_from_db()
    other.refresh_from_db()
    assert flow.active_version == mine
    assert (other.active_version.number, other.enabled) == (2, False)
    assert FlowVersion.objects.filter(flow=flow).count() == 3


def test_a_plugins_flow_comes_in_by_the_same_door():
    class PluginFlow(FlowProvider):
        code, label = "test_plugin_flow", "Plugin flow"

        def define(self):
            built_in = flows.get("order_status").define()
            return type(built_in)(
                code=self.code, label=self.label, description="", reason="", definition=definition_with()
            )

    with flows.registered(PluginFlow):
        (version,) = sync_builtin_flows()
    assert (version.flow.code, version.number, version.source) == ("test_plugin_flow", 1, "built_in")


def test_the_demo_switches_everything_on_and_says_so():
    assert not Flow.objects.filter(enabled=False).exists()
    off_by_default = sum(not flow.define().enabled for flow in flows)
    assert off_by_default > 2
    assert AuditEntry.objects.filter(action="automation_switched").count() == off_by_default
