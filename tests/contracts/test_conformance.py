"""The kit checks what is registered, and notices what breaks the contracts."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import pytest
from django.urls import path

from shopflow.contracts import testing
from shopflow.contracts.automations import Action, Condition, Outcome, RunContext, Verdict
from shopflow.contracts.checkout import Checkout, CheckoutGate, Declaration
from shopflow.contracts.events import Event, events
from shopflow.contracts.imports import FileEvidence, ImportSource, RawRecord
from shopflow.contracts.pages import StaffPage
from shopflow.core import clock


@pytest.mark.django_db
def test_everything_registered_keeps_its_contract():
    checked = testing.check_all()

    assert "event subscriber: automations" in checked
    assert "flow: order_status" in checked
    assert len(checked) == sum(len(registry) for registry in testing.registries())


def test_every_socket_is_found_once():
    sockets = [registry.socket for registry in testing.registries()]

    assert len(sockets) == len(set(sockets))
    assert set(testing.CHECKS) <= set(sockets)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Good(Event):
    code = "test_good"
    label = "Good"
    order_id: int
    note: str
    user_id: int | None


def test_a_good_event_passes():
    testing.check_event(Good)


@dataclasses.dataclass(kw_only=True)
class Loose:
    code = "test_loose"
    label = "Loose"
    order_id: int
    payload = Event.payload
    restore = classmethod(Event.restore.__func__)
    provides = classmethod(Event.provides.__func__)


def test_an_event_that_can_be_changed_is_noticed():
    with pytest.raises(AssertionError, match=r"Loose: it must be frozen\."):
        testing.check_event(Loose)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Heavy(Event):
    code = "test_heavy"
    label = "Heavy"
    price: float


def test_an_event_with_a_float_is_noticed():
    with pytest.raises(AssertionError, match="the field price must hold text, int, bool or None"):
        testing.check_event(Heavy)


@pytest.mark.parametrize("code", ["", "Upper", "with space", "7days", "x" * 65])
def test_a_code_that_fits_no_address_is_noticed(code):
    class Odd(Condition):
        label = "Odd"

        def evaluate(self, context: RunContext, settings: Any) -> Verdict:
            return Verdict(True)

    Odd.code = code
    with pytest.raises(AssertionError, match="the code must"):
        testing.check_condition(Odd())


def context() -> RunContext:
    return RunContext(subject={"order_id": 1}, now=clock.timezone.now(), run_key="test:1", flow="test")


def test_a_condition_that_changes_what_it_asks_is_noticed():
    class Fickle(Condition):
        code, label, answer = "test_fickle", "Fickle", False

        def evaluate(self, context: RunContext, settings: Any) -> Verdict:
            self.answer = not self.answer
            return Verdict(self.answer)

    with pytest.raises(AssertionError, match="must not change what it asks about"):
        testing.check_condition(Fickle(), context=context())


def test_an_action_is_only_run_dry():
    class Recorder(Action):
        code, label = "test_recorder", "Recorder"
        seen: list[bool] = []

        def run(self, context: RunContext, settings: Any) -> Outcome:
            self.seen.append(context.dry_run)
            return Outcome.done()

    testing.check_action(Recorder(), context=context())
    assert Recorder.seen == [True]


def test_an_action_that_returns_nothing_is_noticed():
    class Silent(Action):
        code, label = "test_silent", "Silent"

        def run(self, context: RunContext, settings: Any) -> Outcome:
            return None  # type: ignore[return-value]

    with pytest.raises(AssertionError, match=r"run\(\) must return an Outcome"):
        testing.check_action(Silent(), context=context())


def test_a_source_whose_lines_go_back_is_noticed():
    class Backwards(ImportSource):
        code, label, extensions = "test_backwards", "Backwards", (".txt",)

        def inspect(self, stream: Any, profile: Any) -> FileEvidence:
            return FileEvidence()

        def records(self, stream: Any, profile: Any) -> Any:
            yield RawRecord(2, {})
            yield RawRecord(1, {})

    with pytest.raises(AssertionError, match="never go back"):
        testing.check_import_source(Backwards(), sample=lambda: io.BytesIO(b"x"))


def test_a_gate_whose_required_box_has_no_sentence_is_noticed():
    class Mute(CheckoutGate):
        code, label = "test_mute", "Mute"

        def declarations(self, checkout: Checkout) -> list[Declaration]:
            return [Declaration(key="terms", html="<p>Terms</p>")]

    purchase = Checkout(basket_id=1, user_id=None, email="", country="DE", language="de", payment_method="", lines=())
    with pytest.raises(AssertionError, match="needs a sentence for when it is empty"):
        testing.check_checkout_gate(Mute(), checkout=purchase)


def test_a_staff_page_whose_menu_leads_nowhere_is_noticed():
    class Lost(StaffPage):
        code, label, group, url_name = "test_lost", "Lost", "Test", "elsewhere"

        def urlpatterns(self) -> list[Any]:
            return [path("", lambda request: None, name="here")]

    with pytest.raises(AssertionError, match="url_name must name one of its own patterns"):
        testing.check_staff_page(Lost())


def test_check_all_covers_what_a_plugin_adds():
    with events.registered(Good):
        assert "event: test_good" in testing.check_all()
