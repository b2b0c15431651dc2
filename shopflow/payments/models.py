"""The dealer's bank account, customers who may buy on account, and payments at gateways."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from payments import PurchasedItem
from payments.models import BasePayment
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

TERM_DAYS = 14
TERM_DAYS_SMALL_SELLER = 50
"""Longest terms of payment that are no consumer credit (Directive (EU) 2023/2225, Art. 2 (2))."""


def validate_iban(value: str) -> None:
    """Refuse what is no IBAN: wrong country, length or check digits."""
    try:
        IBAN(value)
    except SchwiftyException as error:
        raise ValidationError(_("This IBAN is not valid. Please check every digit.")) from error


def validate_bic(value: str) -> None:
    """Refuse what is no BIC."""
    try:
        BIC(value)
    except SchwiftyException as error:
        raise ValidationError(_("This BIC is not valid. You may leave it empty for accounts in the EU.")) from error


class BankAccount(models.Model):
    """Where customers transfer money to; a single row. ``holder`` must be exactly the name that the bank knows."""

    holder = models.CharField(
        _("account holder"),
        max_length=70,
        help_text=_("Exactly as your bank writes it: banks compare the name before each transfer."),
    )
    iban = models.CharField(_("IBAN"), max_length=34, validators=[validate_iban])
    bic = models.CharField(_("BIC"), max_length=11, blank=True, validators=[validate_bic])
    bank_name = models.CharField(_("bank"), max_length=120, blank=True)
    transfer_days = models.PositiveSmallIntegerField(
        _("days to pay in advance"), default=7, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank account")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="sf_bankaccount_single_row")]

    def __str__(self) -> str:
        return self.iban_for_people

    @property
    def iban_for_people(self) -> str:
        """The IBAN in groups of four."""
        return str(IBAN(self.iban, allow_invalid=True).formatted)


class ApprovedBusiness(models.Model):
    """A business customer who may buy on account, up to ``credit_limit`` (euros) of unpaid orders."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="approved_business", verbose_name=_("customer")
    )
    company = models.CharField(_("company"), max_length=120)
    credit_limit = models.DecimalField(
        _("limit for unpaid orders"), max_digits=10, decimal_places=2, default=Decimal("1000.00")
    )
    term_days = models.PositiveSmallIntegerField(_("days to pay"), default=TERM_DAYS)
    small_seller = models.BooleanField(
        _("our company is small or medium-sized (terms of up to 50 days)"), default=False
    )
    is_active = models.BooleanField(_("may buy on account"), default=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"))

    class Meta:
        verbose_name = _("business customer")
        verbose_name_plural = _("business customers")
        constraints = [
            models.CheckConstraint(
                condition=Q(term_days__lte=TERM_DAYS) | Q(small_seller=True, term_days__lte=TERM_DAYS_SMALL_SELLER),
                name="sf_business_term",
                violation_error_message=_(
                    "At most 14 days to pay are allowed, or 50 for a small or medium-sized company; longer terms are "
                    "a credit."
                ),
            ),
            models.CheckConstraint(condition=Q(credit_limit__gte=0), name="sf_business_limit"),
        ]

    def __str__(self) -> str:
        return self.company


class GatewayPayment(BasePayment):
    """One payment at a gateway, for one attempt to order. ``reference`` is the attempt's."""

    reference = models.CharField(max_length=64, unique=True)
    order_number = models.CharField(max_length=64)
    return_url = models.URLField(max_length=500)
    cancel_url = models.URLField(max_length=500)
    acted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("gateway payment")
        verbose_name_plural = _("gateway payments")

    def __str__(self) -> str:
        return f"{self.order_number}: {self.status}"

    def get_success_url(self) -> str:
        return self.return_url

    def get_failure_url(self) -> str:
        return self.cancel_url

    def get_purchased_items(self) -> list[PurchasedItem]:
        """The order as one item: prices of single lines are the shop's business."""
        return [
            PurchasedItem(
                name=self.description, quantity=1, price=self.total, currency=self.currency, sku=self.order_number
            )
        ]

    def get_process_url(self) -> str:
        return reverse("process_payment", kwargs={"token": self.token})


class GatewayRefund(models.Model):
    """Money given back through a gateway; at most once per payment and amount."""

    class State(models.TextChoices):
        STARTED = "started", _("started")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")

    payment = models.ForeignKey(GatewayPayment, on_delete=models.PROTECT, related_name="refunds")
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    state = models.CharField(max_length=8, choices=State.choices, default=State.STARTED)
    message = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("gateway refund")
        verbose_name_plural = _("gateway refunds")
        constraints = [
            models.UniqueConstraint(fields=["payment", "amount"], name="sf_gatewayrefund_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="sf_gatewayrefund_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id}: {self.amount} ({self.state})"


def normalised_iban(value: str) -> str:
    """The IBAN without spaces, in capitals."""
    return "".join(value.split()).upper()


def bank_of(iban: str) -> tuple[str, str]:
    """BIC and name of the bank that keeps ``iban``; empty texts where the directory does not know."""
    known: Any = IBAN(iban)
    return str(known.bic or ""), str(known.bank_name or "")
