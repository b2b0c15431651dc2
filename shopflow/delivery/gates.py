"""The consent without which digital goods are not delivered before the withdrawal period ends."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.contracts.checkout import Checkout, CheckoutGate, Declaration, checkout_gates
from shopflow.delivery.models import DigitalGood

ContractKind = DigitalGood.ContractKind


@checkout_gates.register
class DigitalContentGate(CheckoutGate):
    """One box of its own for each kind of digital contract in the basket, never ticked before (§ 356 (4), (5) BGB)."""

    code = "digital_content"
    label = gettext_lazy("Consent to the immediate start of digital goods")
    position = 100

    def declarations(self, checkout: Checkout) -> Sequence[Declaration]:
        products = [line.product_id for line in checkout.lines]
        kinds = set(DigitalGood.objects.filter(product_id__in=products).values_list("contract_kind", flat=True))
        with translation.override(checkout.language):
            texts = {ContractKind.CONTENT: _content_text(), ContractKind.SERVICE: _service_text()}
            refusal = _(
                "Please tick the box for digital goods: without your consent we may only deliver them after the "
                "withdrawal period. Or take them out of the basket."
            )
        return [
            Declaration(key=kind.value, html=text, checkbox=True, required=True, refusal=refusal)
            for kind, text in texts.items()
            if kind.value in kinds
        ]


def _content_text() -> str:
    return _(
        "I expressly agree that you begin to perform the contract on digital content before the withdrawal period "
        "ends. I know that by this consent I lose my right of withdrawal when the performance begins."
    )


def _service_text() -> str:
    return _(
        "I expressly demand that you begin with the digital service before the withdrawal period ends. I know that my "
        "right of withdrawal ends when you have completely performed the contract, and that I owe compensation for "
        "what you have performed until then if I withdraw earlier."
    )
