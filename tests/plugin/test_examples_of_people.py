"""The examples of ``docs/extend`` about mail, contacts, tasks and the staff's pages, run as they are written."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import timedelta
from types import ModuleType, SimpleNamespace

import pytest
from django.db import transaction

from oscar_ext.order.events import OrderPaid
from shopflow.automations.linting import lint
from shopflow.contracts.contacts import ShownContact, contact_columns, contact_panels
from shopflow.contracts.mail import MailClass, mail_contexts
from shopflow.contracts.pages import account_pages, attention_notes
from shopflow.contracts.testing import check_all, registries
from shopflow.core import clock
from shopflow.core.services import deliver_due, publish
from shopflow.desk.models import StaffTask
from shopflow.mailing.models import Message
from shopflow.mailing.services import queue_rendered, send_due
from tests.plugin.test_examples_in_docs import run

EMAIL, OTHER = "erika@example.org", "max@example.org"
POINTS = {EMAIL: 12}


class Rows(list):
    """Enough of a manager for what the examples ask of their own tables."""

    def filter(self, **wanted):
        return Rows(row for row in self if all(getattr(row, name) == value for name, value in wanted.items()))

    def order_by(self, name):
        return Rows(reversed(self))

    def count(self):
        return len(self)


@pytest.fixture
def own(db, monkeypatch):
    """What the stranger's own modules hold."""
    own = SimpleNamespace(signed={EMAIL}, inventory=False, morning=clock.now() + timedelta(days=1), credited=[])
    services = {
        "signed_form_is_stored": lambda email, purpose: email in own.signed and purpose == "newsletter",
        "inventory_under_way": lambda: own.inventory,
        "tomorrow_morning": lambda: own.morning,
        "balance_of": lambda email: POINTS.get(email, 0),
        "credit_points": lambda *, order_id: own.credited.append(order_id),
        "points_by_email": lambda emails: {email: POINTS[email] for email in emails if email in POINTS},
    }
    models = {
        "Booking": SimpleNamespace(objects=Rows([SimpleNamespace(pk=1, email=EMAIL), SimpleNamespace(pk=2, email="")])),
        "Account": SimpleNamespace(objects=Rows([SimpleNamespace(is_claimed=False), SimpleNamespace(is_claimed=True)])),
    }
    for name, held in (("shopflow_loyalty", {}), ("shopflow_loyalty.services", services),
                       ("shopflow_loyalty.models", models)):  # fmt: skip
        module = ModuleType(name)
        module.__dict__.update(held)
        monkeypatch.setitem(sys.modules, name, module)
    with ExitStack() as stack:
        for registry in registries():
            stack.enter_context(registry.registered())
        yield own


def advertise(email):
    return queue_rendered(
        dedupe_key=f"club:{email}", template="club", to=email, subject="Punkte", text="Text",
        mail_class=MailClass.ADVERTISING, purpose="newsletter", basis="loyalty_member",
    )  # fmt: skip


def states():
    rows = Message.objects.order_by("pk").values_list("to_email", "state", "skip_code")
    return [(email, state, code) for email, state, code in rows]


def test_the_legal_basis_and_the_gate_of_a_stranger_decide_when_the_mail_leaves(own):
    run("legal-basis")
    run("sending-gate")
    own.inventory = True
    for email in (EMAIL, OTHER):
        advertise(email)
    send_due()
    assert states() == [(EMAIL, "deferred", ""), (OTHER, "skipped", "no_basis")]
    assert Message.objects.get(to_email=EMAIL).due_at == own.morning
    assert Message.objects.get(to_email=OTHER).last_error == "No signed form of this person is stored."

    own.inventory = False
    clock.move_forward(timedelta(days=1, minutes=1))
    send_due()
    assert states()[0] == (EMAIL, "accepted", "")


def test_a_strangers_subscriber_hears_of_its_event_once(own):
    run("event-subscriber")
    event = OrderPaid(order_id=17, order_number="100017", email=EMAIL, user_id=None, amount_cents=4990)
    with transaction.atomic():
        publish(event, source_key="order:17:paid")
    with transaction.atomic():
        publish(event, source_key="order:17:paid")
    while deliver_due():
        pass
    assert own.credited == [17]


def test_words_for_mails(own):
    run("mail-context")
    assert mail_contexts.get("points").context({"email": EMAIL}) == {"points": 12}


def test_what_staff_see_of_a_contact(own):
    run("contact-panel")
    run("contact-column")
    erika, nobody = (ShownContact(contact_id=pk, email=email) for pk, email in ((1, EMAIL), (2, OTHER)))
    shown = contact_panels.get("loyalty_points").panel(erika)
    assert [row.pk for row in shown.context["rows"]] == [1]
    assert contact_panels.get("loyalty_points").panel(nobody) is None
    cells = contact_columns.get("loyalty_points").cells([erika, nobody])
    assert {pk: cell.text for pk, cell in cells.items()} == {1: "12"}


def test_a_task_of_a_strangers_kind_is_opened_once(own):
    come_in = run("task-kind")["appeal_came_in"]
    for _time in range(2):
        come_in(SimpleNamespace(pk=4, order_number="100042"))
    task = StaffTask.objects.get()
    assert (task.kind, task.title, task.about) == ("loyalty_appeal", "Points of order 100042", "appeal:4")


def test_a_rule_of_a_stranger_finds_points_given_twice(own):
    run("lint-rule")
    give = {"kind": "action", "action": "loyalty_give_points", "settings": {"points": 3}}
    definition = {"schema": 2, "trigger": {"event": "order_placed"}, "entry_key": "order:{order_id}"}

    def found(*steps):
        told = lint({**definition, "steps": list(steps)})
        return [(one.code, one.step, one.is_error) for one in told if one.code == "loyalty_points_once"]

    assert found({"id": "one", **give}) == []
    assert found({"id": "one", **give}, {"id": "two", **give}) == [("loyalty_points_once", "two", True)]


def test_pages_and_notes_keep_their_contracts(own):
    for page in ("account-page", "attention-note", "task-kind", "legal-basis", "sending-gate", "mail-context"):
        run(page)
    assert attention_notes.get("loyalty_unclaimed").count() == 1
    assert account_pages.get("points").url_name == "shopflow-loyalty:points"
    checked = check_all()
    for code in ("loyalty_unclaimed", "loyalty_appeal", "loyalty_member", "loyalty_inventory", "points"):
        assert any(line.endswith(f": {code}") for line in checked), code
