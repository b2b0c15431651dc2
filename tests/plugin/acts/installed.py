"""With the plugin: everything that it adds works."""

from __future__ import annotations

import io

from stage import announce, staff, text_of  # isort: skip
from django.template import Context, Template
from django.utils import translation
from oscar.test.factories import create_order
from shopflow_dummy.extensions import GuestArrived
from shopflow_dummy.models import GuestBookEntry

from shopflow.automations.models import Run
from shopflow.automations.services import run_due
from shopflow.contracts import testing
from shopflow.contracts.automations import RunContext, actions, conditions
from shopflow.contracts.checkout import Checkout, checkout_gates
from shopflow.contracts.imports import RawRecord, RecordProblem, import_sources
from shopflow.contracts.payments import PaymentOrder, PaymentState, Purchase, payment_methods
from shopflow.core import clock
from shopflow.core.services import deliver_due

checked = testing.check_all()
for added in (
    "event: dummy_guest_arrived",
    "condition: dummy_name_is_known",
    "action: dummy_write_guest_book",
    "flow: dummy_guest_book",
    "import source: dummy_guest_list",
    "checkout gate: dummy_house_rules",
    "payment method: dummy_handshake",
    "order panel: dummy_guest_book",
    "staff page: dummy_guest_book",
):
    assert added in checked, added

context = RunContext(subject={"order_id": 1, "name": "Ada"}, now=clock.now(), run_key="test", flow="test")
testing.check_condition(conditions.get("dummy_name_is_known"), context=context)
testing.check_action(actions.get("dummy_write_guest_book"), context=context, settings={"greeting": "Hi"})
assert GuestBookEntry.objects.count() == 0

source = import_sources.get("dummy_guest_list")


def sample() -> io.BytesIO:
    return io.BytesIO(b"name;email\nAda;ada@example.org\nwrong\n")


testing.check_import_source(source, sample=sample)
first, second = source.records(sample(), {})
assert first == RawRecord(2, {"name": "Ada", "email": "ada@example.org"}, "Ada;ada@example.org")
assert isinstance(second, RecordProblem)
assert second.line == 3

checkout = Checkout(basket_id=1, user_id=None, email="", country="DE", language="de", payment_method="", lines=())
gate = checkout_gates.get("dummy_house_rules")
testing.check_checkout_gate(gate, checkout=checkout)
assert list(gate.refusals(checkout)) == []

purchase = Purchase(
    total_cents=1190,
    currency="EUR",
    user_id=None,
    email="ada@example.org",
    country="DE",
    shipping_method="",
    is_digital_only=True,
)
method = payment_methods.get("dummy_handshake")
testing.check_payment_method(method, purchase=purchase)
started = method.start(
    PaymentOrder(
        reference="r1",
        order_number="1",
        purchase=purchase,
        description="",
        return_url="http://testserver/",
        cancel_url="http://testserver/",
        billing={},
    )
)
assert (started.state, started.provider_reference) == (PaymentState.PENDING, "hand-r1")

order = create_order(number="G-1")
announce(GuestArrived(order_id=order.pk, email="ada@example.org", name="Ada"))
announce(GuestArrived(order_id=order.pk + 1, email="anon@example.org", name=""))
assert deliver_due() > 0
run_due()
assert list(GuestBookEntry.objects.values_list("order_id", "text")) == [(order.pk, "Hello, Ada!")]
run = Run.objects.get(flow__code="dummy_guest_book")
assert (run.state, run.email) == (Run.State.WAITING, "ada@example.org")

client = staff()
page = text_of(client, "/dashboard/shopflow/dummy_guest_book/")
assert "Gästebuch" in page
assert "Hello, Ada!" in page
assert "/dashboard/shopflow/dummy_guest_book/" in text_of(client, "/dashboard/")
with translation.override("de"):
    panel = Template('{% load shopflow_panels %}{% order_panels order "staff" %}').render(Context({"order": order}))
assert "Hello, Ada!" in panel

# Announced, and not yet delivered when the plugin is removed.
announce(GuestArrived(order_id=order.pk + 2, email="late@example.org", name="Late"))
