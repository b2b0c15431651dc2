"""What an invoice states (§ 14 (4) UStG), taken from the order as it was agreed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from oscar.core.loading import get_model

from shopflow.contracts.documents import DocumentNotPossible, DocumentType
from shopflow.contracts.payments import payment_methods
from shopflow.contracts.types import JSONDict
from shopflow.core.queries import seller
from shopflow.documents import queries
from shopflow.tax.decisions import TaxKind, Treatment
from shopflow.tax.queries import Situation, tax_classes
from shopflow.tax.rates import ZERO
from shopflow.tax.totals import TaxedSum, stated_vat

SMALL_AMOUNT = Decimal("250.00")
"""Up to here the customer's address may be missing (§ 33 UStDV)."""

HANDED_OVER = ("shipped", "delivered")

NOTES = {
    TaxKind.SMALL_BUSINESS: "Kein Ausweis von Umsatzsteuer: Steuerbefreiung für Kleinunternehmer (§ 19 UStG).",
    TaxKind.MARGIN: "Gebrauchtgegenstände/Sonderregelung",
    TaxKind.INTRA_COMMUNITY: "Steuerfreie innergemeinschaftliche Lieferung (§ 4 Nr. 1 Buchst. b, § 6a UStG).",
    TaxKind.REVERSE_CHARGE: "Steuerschuldnerschaft des Leistungsempfängers",
    TaxKind.EXPORT: "Steuerfreie Ausfuhrlieferung (§ 4 Nr. 1 Buchst. a, § 6 UStG).",
}
"""What stands in place of an amount of VAT, in the words of the German law."""

OLD_PART_MARK = " ¹"
OLD_PART_NOTE = (
    "¹ Austauschteil: Zum Entgelt gehört der Wert des Altteils, 10 % des Nettopreises vor Rabatt "
    "(Abschnitt 10.5 Abs. 3 UStAE). Die Umsatzsteuer darauf ist im Preis enthalten."
)

MARKS = {
    TaxKind.SMALL_BUSINESS: "§ 19",
    TaxKind.MARGIN: "§ 25a",
    TaxKind.INTRA_COMMUNITY: "§ 6a",
    TaxKind.REVERSE_CHARGE: "§ 13b",
    TaxKind.EXPORT: "§ 6",
}


class Invoice(DocumentType):
    code = "invoice"
    label = gettext_lazy("Invoice")
    series = "invoice"
    template = "documents/invoice.html"

    def content(self, order_id: int) -> JSONDict:
        order = (
            get_model("order", "Order")
            .objects.select_related("user", "billing_address__country", "shipping_address__country")
            .get(pk=order_id)
        )
        treat = _Treatments(order)
        ordered = list(order.lines.order_by("pk"))
        numbers = queries.part_numbers(line.product_id for line in ordered)
        lines = [_line(line, treat.of_line(line), numbers) for line in ordered]
        charges = _charges(order, treat)
        amounts = [*lines, *charges]
        _must_add_up(order, amounts)
        chosen = queries.settings()
        return {
            "language": "de",
            "currency": order.currency,
            "seller": _seller(),
            "buyer": _buyer(order, abroad=any(_is_abroad(a["treatment"]) for a in amounts)),
            "delivery_address": _delivery_address(order),
            "order": {"number": order.number, "date": _day(order.date_placed)},
            "supply": _supply(order),
            "lines": lines,
            "charges": charges,
            "total": str(order.total_incl_tax),
            "taxes": _taxes(amounts),
            "untaxed": _untaxed(amounts),
            "notes": _notes(amounts),
            "payment": _payment(order),
            "closing_text": chosen.closing_text,
            "footer": chosen.footer,
        }


class _Treatments:
    """How each part of the order was taxed: by the code written with the order, else decided anew for its day."""

    def __init__(self, order: Any) -> None:
        self.order = order
        self._classes: dict[int, str] | None = None
        self._situation: Situation | None = None

    def of_line(self, line: Any) -> Treatment:
        return self._read(line.tax_code) or self._decide(line)

    def of_shipping(self, heaviest: Treatment) -> Treatment:
        return self._read(self.order.shipping_tax_code) or heaviest

    def of_surcharge(self, surcharge: Any, heaviest: Treatment) -> Treatment:
        return self._read(surcharge.tax_code) or heaviest

    @staticmethod
    def _read(code: str | None) -> Treatment | None:
        try:
            return Treatment.parse(code or "")
        except ValueError:
            return None

    def _decide(self, line: Any) -> Treatment:
        if self._situation is None:
            address = self.order.shipping_address or self.order.billing_address
            self._situation = Situation(
                destination=address.country_id if address else "", day=timezone.localdate(self.order.date_placed)
            )
            self._classes = tax_classes(p for p in self.order.lines.values_list("product_id", flat=True) if p)
        tax_class = (self._classes or {}).get(line.product_id, "standard")
        needs_shipping = line.product is None or line.product.is_shipping_required
        return self._situation.treatment(tax_class, is_service=not needs_shipping)


def _line(line: Any, treatment: Treatment, numbers: Mapping[int, str]) -> JSONDict:
    discount = line.line_price_before_discounts_incl_tax - line.line_price_incl_tax
    return {
        "sku": numbers.get(line.product_id) or line.upc or line.partner_sku,
        "title": line.title,
        "quantity": line.quantity,
        "unit_price": str(line.unit_price_incl_tax),
        "discount": str(discount) if discount else "",
        **_amount(line.line_price_incl_tax, treatment),
    }


def _amount(gross: Decimal, treatment: Treatment) -> JSONDict:
    rate = f"{_percent(treatment.of_the_rest.rate)} %{OLD_PART_MARK if treatment.old_part else ''}"
    return {
        "gross": str(gross),
        "treatment": treatment.code,
        "rate": rate if treatment.shows_vat else MARKS.get(treatment.kind, ""),
    }


def _percent(rate: Decimal) -> str:
    return f"{rate * 100:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def _charges(order: Any, treat: _Treatments) -> list[JSONDict]:
    """Shipping and surcharges; without a tax of their own they share that of most of the goods."""
    heaviest = _heaviest(order, treat)
    charges = []
    if order.shipping_incl_tax:
        treatment = treat.of_shipping(heaviest)
        charges.append({"title": order.shipping_method or _("Shipping"), **_amount(order.shipping_incl_tax, treatment)})
    for surcharge in order.surcharges.order_by("pk"):
        treatment = treat.of_surcharge(surcharge, heaviest)
        charges.append({"title": surcharge.name, **_amount(surcharge.incl_tax, treatment)})
    return charges


def _heaviest(order: Any, treat: _Treatments) -> Treatment:
    values: dict[Treatment, Decimal] = defaultdict(Decimal)
    for line in order.lines.all():
        values[treat.of_line(line).of_the_rest] += line.line_price_incl_tax
    if not values:
        raise DocumentNotPossible(_("The order has no lines, so there is nothing to invoice."))
    return max(values, key=lambda treatment: (values[treatment], treatment.code))


def _must_add_up(order: Any, amounts: list[JSONDict]) -> None:
    """An invoice whose lines do not add up to what was agreed is never printed (§ 14c UStG)."""
    total = sum((Decimal(amount["gross"]) for amount in amounts), ZERO)
    if total != order.total_incl_tax:
        raise DocumentNotPossible(
            _("The lines of order %(number)s add up to %(sum)s, but its total is %(total)s. Please check the order.")
            % {"number": order.number, "sum": total, "total": order.total_incl_tax}
        )
    blocked = [a["title"] for a in amounts if Treatment.parse(a["treatment"]).kind is TaxKind.BLOCKED]
    if blocked:
        raise DocumentNotPossible(
            _("“%(title)s” cannot be taxed for the country of this order. Please ask your tax adviser.")
            % {"title": blocked[0]}
        )


def _seller() -> JSONDict:
    found = seller()
    columns = {column.name: column for column in found._meta.fields}
    missing = [
        str(columns[name].verbose_name) for name in ("name", "street", "postcode", "city") if not getattr(found, name)
    ]
    if not (found.vat_id or found.tax_number):
        missing.append(_("VAT ID or tax number"))
    if missing:
        raise DocumentNotPossible(
            _("An invoice needs the seller's %(fields)s. Please complete the company's data.")
            % {"fields": ", ".join(missing)}
        )
    names = (
        "name street postcode city country represented_by email phone register_court register_number vat_id tax_number"
    )
    return {name: getattr(found, name) for name in names.split()}


def _buyer(order: Any, *, abroad: bool) -> list[str]:
    address = order.billing_address or order.shipping_address
    if address is not None:
        return _address_lines(address)
    if order.total_incl_tax > SMALL_AMOUNT or abroad:
        raise DocumentNotPossible(
            _("Order %(number)s has no address, and its invoice needs one.") % {"number": order.number}
        )
    name = order.user.get_full_name() if order.user else ""
    return [text for text in (name, order.guest_email or (order.user.email if order.user else "")) if text]


def _address_lines(address: Any) -> list[str]:
    place = " ".join(part for part in (address.postcode, address.line4) if part)
    lines = [address.name, address.line1, address.line2, address.line3, place]
    home = seller().country
    if address.country_id != home:
        lines.append(address.country.printable_name.upper())
    return [text.strip() for text in lines if text and text.strip()]


def _delivery_address(order: Any) -> list[str]:
    """Where the goods go, when that is elsewhere than the invoice."""
    if order.shipping_address is None or order.billing_address is None:
        return []
    goods, invoice = _address_lines(order.shipping_address), _address_lines(order.billing_address)
    return [] if goods == invoice else goods


def _is_abroad(code: str) -> bool:
    return Treatment.parse(code).kind in {TaxKind.DISTANCE, TaxKind.INTRA_COMMUNITY, TaxKind.REVERSE_CHARGE}


def _day(moment: Any) -> str:
    return timezone.localdate(moment).isoformat()


def _supply(order: Any) -> JSONDict:
    """When the goods went out; before that, when the money came, as an invoice in advance states (§ 14 (4) No. 6)."""
    handed_over = order.status_changes.filter(new_status__in=HANDED_OVER).aggregate(at=Max("date_created"))["at"]
    if handed_over:
        return {"kind": "handed_over", "date": _day(handed_over)}
    paid_at = _paid_at(order)
    is_digital = order.shipping_code == "no-shipping-required"
    if paid_at is None:
        return {"kind": "to_come", "date": ""}
    return {"kind": "download" if is_digital else "paid_before", "date": _day(paid_at)}


def _paid_at(order: Any) -> Any:
    transactions = get_model("payment", "Transaction").objects
    return transactions.filter(source__order=order, txn_type="Debit").aggregate(at=Max("date_created"))["at"]


def _payment(order: Any) -> JSONDict:
    source = order.sources.select_related("source_type").order_by("pk").first()
    if source is None:
        return {"label": "", "is_paid": True, "paid_on": "", "reference": "", "instructions": ""}
    sums = [(s.amount_debited, s.amount_refunded) for s in order.sources.all()]
    is_paid = sum((debited - refunded for debited, refunded in sums), ZERO) >= order.total_incl_tax
    paid_at = _paid_at(order)
    code = source.source_type.code
    open_method = payment_methods.get(code) if not is_paid and code in payment_methods else None
    return {
        "label": source.label or source.source_type.name,
        "is_paid": is_paid,
        "paid_on": _day(paid_at) if is_paid and paid_at else "",
        "reference": order.number,
        "instructions": open_method.instructions(order.pk) if open_method else "",
    }


def _taxes(amounts: list[JSONDict]) -> list[JSONDict]:
    """Net and VAT per rate and country, extracted from the gross totals; VAT on old parts has rows of its own."""
    taxed: dict[str, list[TaxedSum]] = defaultdict(list)
    for amount in amounts:
        treatment, gross = Treatment.parse(amount["treatment"]), Decimal(amount["gross"])
        if treatment.shows_vat:
            country = treatment.destination if treatment.kind is TaxKind.DISTANCE else ""
            discount = Decimal(amount.get("discount") or 0)
            taxed[country].append(TaxedSum(treatment, gross, gross + discount))
    return [
        {
            "country": country,
            "percent": _percent(total.rate),
            "net": str(total.net),
            "vat": str(total.vat),
            "gross": str(total.gross),
            **({"old_parts": True} if total.old_parts else {}),
        }
        for country, sums in sorted(taxed.items())
        for total in stated_vat(sums)
    ]


def _untaxed(amounts: list[JSONDict]) -> list[JSONDict]:
    gross: dict[TaxKind, Decimal] = defaultdict(Decimal)
    for amount in amounts:
        treatment = Treatment.parse(amount["treatment"])
        if not treatment.shows_vat:
            gross[treatment.kind] += Decimal(amount["gross"])
    return [{"mark": MARKS.get(kind, ""), "gross": str(total)} for kind, total in sorted(gross.items())]


def _notes(amounts: list[JSONDict]) -> list[str]:
    kinds = {Treatment.parse(amount["treatment"]).kind for amount in amounts}
    notes = [f"{MARKS[kind]}: {NOTES[kind]}" for kind in sorted(kinds) if kind in NOTES]
    return [*notes, OLD_PART_NOTE] if any(amount["rate"].endswith(OLD_PART_MARK) for amount in amounts) else notes
