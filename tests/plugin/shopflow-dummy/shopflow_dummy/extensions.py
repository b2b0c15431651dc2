"""Everything that the plugin adds to the shop."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from django import forms
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.automations import (
    Action,
    Condition,
    Flow,
    FlowDefinition,
    Outcome,
    RunContext,
    Verdict,
    actions,
    conditions,
    flows,
)
from shopflow.contracts.checkout import Checkout, CheckoutGate, Declaration, checkout_gates
from shopflow.contracts.events import Event, events
from shopflow.contracts.imports import (
    FileEvidence,
    FileRefused,
    ImportSource,
    RawRecord,
    RecordProblem,
    import_sources,
)
from shopflow.contracts.pages import Audience, OrderPanel, Panel, StaffPage, order_panels, staff_pages
from shopflow.contracts.payments import PaymentMethod, PaymentOrder, PaymentResult, PaymentState, payment_methods
from shopflow.contracts.types import Label


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class GuestArrived(Event):
    code = "dummy_guest_arrived"
    label = _("A guest has arrived")

    order_id: int
    email: str
    name: str


@conditions.register
class NameIsKnown(Condition):
    code = "dummy_name_is_known"
    label = _("The guest has given a name")
    needs = frozenset({"name"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        name = context.text("name")
        return Verdict(bool(name), _("The guest's name is %(name)s.") % {"name": name or "–"})


class GreetingForm(forms.Form):
    greeting = forms.CharField(label=_("Greeting"), max_length=60)


@actions.register
class WriteGuestBook(Action):
    code = "dummy_write_guest_book"
    label = _("Write into the guest book")
    needs = frozenset({"order_id", "name"})
    form_class = GreetingForm

    def run(self, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        text = f"{settings.get('greeting', 'Hello')}, {context.text('name')}!"
        if context.dry_run:
            return Outcome.done("would_write", text)
        from shopflow_dummy.services import write_entry

        write_entry(run_key=context.run_key, order_id=context.integer("order_id"), text=text)
        return Outcome.done("written", text)


def _step(name: str, greeting: str) -> dict[str, Any]:
    return {"id": name, "kind": "action", "action": WriteGuestBook.code, "settings": {"greeting": greeting}}


@flows.register
class GuestBookFlow(Flow):
    code = "dummy_guest_book"
    label = _("Guest book")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_("Greets a guest at once and says goodbye after a day."),
            reason=_("Nothing leaves the shop."),
            enabled=True,
            definition={
                "schema": 1,
                "trigger": {"event": GuestArrived.code},
                "entry_key": "guest:{order_id}",
                "conditions": [{"condition": NameIsKnown.code}],
                "steps": [
                    _step("greet", "Hello"),
                    {"id": "rest", "kind": "wait", "for": {"days": 1}},
                    _step("part", "Goodbye"),
                ],
            },
        )


@import_sources.register
class GuestList(ImportSource):
    """Semicolon-separated guests with a heading line ``name;email``."""

    code = "dummy_guest_list"
    label = _("Guest list")
    extensions = (".guests",)

    def inspect(self, stream: BinaryIO, profile: Mapping[str, Any]) -> FileEvidence:
        heading = stream.readline().decode("utf-8-sig").strip()
        if heading != "name;email":
            raise FileRefused("wrong_columns", "The first line must be “name;email”.")
        return FileEvidence(encoding="utf-8", delimiter=";", header_line=1, columns=("name", "email"))

    def records(self, stream: BinaryIO, profile: Mapping[str, Any]) -> Iterator[RawRecord | RecordProblem]:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        rows = csv.reader(text, delimiter=";")
        next(rows)
        for row in rows:
            raw = ";".join(row)
            if len(row) != 2:
                yield RecordProblem(rows.line_num, "wrong_columns", raw, "Give name and e-mail address.")
            else:
                yield RawRecord(rows.line_num, {"name": row[0], "email": row[1]}, raw)


@checkout_gates.register
class HouseRules(CheckoutGate):
    code = "dummy_house_rules"
    label = _("House rules")

    def declarations(self, checkout: Checkout) -> Sequence[Declaration]:
        return [
            Declaration(
                key="rules",
                html="<p>Ich halte mich an die Hausordnung.</p>",
                refusal=_("Please accept the house rules."),
            )
        ]

    def refusals(self, checkout: Checkout) -> Sequence[Label]:
        return [_("We do not deliver to the moon.")] if checkout.country == "XX" else []


@payment_methods.register
class Handshake(PaymentMethod):
    code = "dummy_handshake"
    label = _("Handshake")
    description = _("Pay with your word.")

    def start(self, payment: PaymentOrder) -> PaymentResult:
        return PaymentResult(state=PaymentState.PENDING, provider_reference=f"hand-{payment.reference}")

    def status(self, reference: str, provider_reference: str) -> PaymentResult:
        return PaymentResult(state=PaymentState.PENDING, provider_reference=provider_reference)

    def refund(self, reference: str, provider_reference: str, amount_cents: int) -> PaymentResult:
        return PaymentResult(state=PaymentState.REFUNDED, amount_cents=amount_cents)


@order_panels.register
class GuestBookPanel(OrderPanel):
    code = "dummy_guest_book"
    label = _("Guest book")

    def panel(self, *, order_id: int, audience: Audience) -> Panel | None:
        from shopflow_dummy.models import GuestBookEntry

        entries = GuestBookEntry.objects.filter(order_id=order_id).order_by("pk")
        return Panel(title=self.label, template="shopflow_dummy/panel.html", context={"entries": entries})


@staff_pages.register
class GuestBookPage(StaffPage):
    code = "dummy_guest_book"
    label = _("Guest book")
    group = _("Customers")
    icon = "book-open"
    url_name = "dummy-guest-book"

    def urlpatterns(self) -> Sequence[URLPattern]:
        from shopflow_dummy import views

        return [path("", views.guest_book, name="dummy-guest-book")]
