"""The terms above the order button: a sentence with links, no box (§ 305 (2) BGB asks for no tick)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.contracts.checkout import Agreement, Checkout, CheckoutGate, Declaration, checkout_gates
from shopflow.legal.links import legal_url
from shopflow.legal.services import record_order_texts


@checkout_gates.register
class TermsGate(CheckoutGate):
    """Refers to terms, withdrawal and privacy, and records the versions in force with the order."""

    code = "terms"
    label = gettext_lazy("Terms and conditions")
    position = 900

    def declarations(self, checkout: Checkout) -> Sequence[Declaration]:
        with translation.override(checkout.language):
            sentence = _(
                'Our <a href="{terms}">terms and conditions</a> apply. Please read the '
                '<a href="{withdrawal}">instructions on withdrawal</a> and the <a href="{privacy}">privacy notice</a>.'
            )
            html = format_html(
                sentence,
                terms=legal_url("agb"),
                withdrawal=legal_url("widerruf"),
                privacy=legal_url("datenschutz"),
            )
        return [Declaration(key="terms", html=str(html), checkbox=False, required=False)]

    def record(self, *, order_id: int, checkout: Checkout, agreements: Mapping[str, Agreement]) -> None:
        record_order_texts(order_id=order_id, language=checkout.language)
