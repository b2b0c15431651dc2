from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from oscar_ext.checkout.forms import GatewayForm
from shopflow.audience.forms import MagnetForm, NewsletterForm
from shopflow.automations.forms.calls import CallForm
from shopflow.automations.forms.staff import BlockForm
from shopflow.desk.forms import TaskForm
from shopflow.legal.forms import WithdrawalForm
from shopflow.mailing.forms import AddressForm

DOORS = [AddressForm, BlockForm, CallForm, GatewayForm, MagnetForm, NewsletterForm, TaskForm, WithdrawalForm]
TAIL = "@example.org"


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_no_form_takes_an_address_that_no_column_holds(door):
    field = door.base_fields["username" if door is GatewayForm else "email"]
    longest = "x" * (254 - len(TAIL)) + TAIL
    assert field.clean(longest) == longest
    with pytest.raises(ValidationError):
        field.clean("x" + longest)
    spelled_out = "x" * 200 + "@" + ".".join(["ü" * 10] * 3) + ".example"
    assert len(spelled_out) < 254
    with pytest.raises(ValidationError):
        field.clean(spelled_out)
