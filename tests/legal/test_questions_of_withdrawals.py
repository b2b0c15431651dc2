"""How many withdrawals of a contact's orders are open."""

from __future__ import annotations

import pytest

from shopflow.legal.models import WithdrawalHandling
from shopflow.legal.services.withdrawal import Declared, declare_withdrawal, handle_withdrawal
from tests.audience.answers import answers
from tests.audience.people import contact, order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]


def test_open_and_accepted_ones_count_until_they_are_over():
    contact("ben@example.org")
    placed = order("anna@example.org")
    declared = Declared(submission_key="k" * 32, name="Anna Muster", contract=placed.number, email="anna@example.org")
    row = declare_withdrawal(declared=declared, language="de")
    asked = {"field": "withdrawals_open", "op": "at_least", "value": 1}
    state = WithdrawalHandling.State

    def said_after(new: str) -> dict[str, bool | None]:
        handle_withdrawal(declaration_id=row.pk, state=new, note="x", order=placed, actor=None)
        return answers(asked)

    assert answers(asked) == {"anna": True, "ben": False}
    assert said_after(state.ACCEPTED) == {"anna": True, "ben": False}
    assert said_after(state.SETTLED) == {"anna": False, "ben": False}
    assert said_after(state.REJECTED) == {"anna": False, "ben": False}
