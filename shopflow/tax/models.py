"""VAT rates by country and time, the tax class of products, and what decides where a sale is taxed."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shopflow.tax.rates import EBOOK, EXCHANGE, MARGIN, REDUCED, STANDARD


class TaxClass(models.TextChoices):
    STANDARD = STANDARD, _("standard rate")
    REDUCED = REDUCED, _("reduced rate (Annex 2 UStG)")
    EBOOK = EBOOK, _("e-book, audio book, e-paper")
    MARGIN = MARGIN, _("second-hand, margin scheme (§ 25a UStG)")
    EXCHANGE = EXCHANGE, _("exchange part, with VAT on the old part (10.5 (3) UStAE)")


WITH_RATES = [choice for choice in TaxClass.choices if choice[0] != EXCHANGE]
"""Classes that rates are entered for; that of exchange parts follows from the standard rate."""


class VatRate(models.Model):
    """The rate of a tax class in a country, from a day on; the rate of the day of supply applies."""

    country = models.CharField(_("country (ISO code)"), max_length=2)
    tax_class = models.CharField(_("tax class"), max_length=16, choices=WITH_RATES)
    percent = models.DecimalField(_("rate in percent"), max_digits=5, decimal_places=2)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=120)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )

    class Meta:
        verbose_name = _("VAT rate")
        verbose_name_plural = _("VAT rates")
        ordering = ["country", "tax_class", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["country", "tax_class", "valid_from"], name="sf_vatrate_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="sf_vatrate_period"
            ),
            models.CheckConstraint(condition=Q(percent__gte=0) & Q(percent__lt=100), name="sf_vatrate_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.tax_class}: {self.percent} %"

    @property
    def rate(self) -> Decimal:
        """The rate as a fraction."""
        return self.percent / 100


class ProductTax(models.Model):
    """The tax class of a product. A product without this row has the standard rate."""

    product = models.OneToOneField("catalogue.Product", on_delete=models.CASCADE, related_name="shopflow_tax")
    tax_class = models.CharField(_("tax class"), max_length=16, choices=TaxClass.choices, default=TaxClass.STANDARD)

    class Meta:
        verbose_name = _("tax class of a product")
        verbose_name_plural = _("tax classes of products")
        constraints = [
            models.CheckConstraint(condition=Q(tax_class__in=TaxClass.values), name="sf_producttax_class"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.tax_class}"


class TaxSettings(models.Model):
    """What decides where sales to consumers abroad are taxed; a single row."""

    destination_rates = models.BooleanField(
        _("always tax at the destination (OSS)"),
        default=False,
        help_text=_("Tick this if you take part in the One-Stop-Shop or have waived the 10,000 € threshold."),
    )
    previous_year_abroad = models.DecimalField(
        _("last year's net sales to consumers in other EU countries, outside this shop"),
        max_digits=12,
        decimal_places=2,
        default=Decimal("0.00"),
    )
    this_year_abroad = models.DecimalField(
        _("this year's net sales to consumers in other EU countries, outside this shop"),
        max_digits=12,
        decimal_places=2,
        default=Decimal("0.00"),
    )
    exports = models.BooleanField(
        _("deliver goods to countries outside the EU"),
        default=False,
        help_text=_("Free of VAT; you keep the proof of export."),
    )

    class Meta:
        verbose_name = _("tax settings")
        verbose_name_plural = _("tax settings")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="sf_taxsettings_single_row")]

    def __str__(self) -> str:
        return str(_("tax settings"))
