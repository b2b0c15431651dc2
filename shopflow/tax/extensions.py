"""What the tax room plugs into the shop's sockets."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.checkout import Checkout, CheckoutGate, checkout_gates
from shopflow.contracts.types import Label
from shopflow.tax.decisions import TaxKind
from shopflow.tax.queries import Situation, tax_classes


@checkout_gates.register
class TaxableDestination(CheckoutGate):
    """Refuses what cannot be taxed lawfully: downloads, and without export goods, to countries outside the EU."""

    code = "tax_destination"
    label = _("Taxable destination")
    position = 20

    def refusals(self, checkout: Checkout) -> Sequence[Label]:
        situation = Situation(destination=checkout.country)
        if situation.destination == situation.home:
            return ()
        classes = tax_classes(line.product_id for line in checkout.lines)
        return [
            gettext(
                "We cannot sell “%(title)s” to the country of your address. Please remove it from the basket or choose "
                "an address in the EU."
            )
            % {"title": line.title}
            for line in checkout.lines
            if situation.treatment(classes[line.product_id], is_service=not line.requires_shipping).kind
            is TaxKind.BLOCKED
        ]
