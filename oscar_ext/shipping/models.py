from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

COUNTRY_LIST = RegexValidator(
    r"^[A-Z]{2}( [A-Z]{2})*$", _("Write country codes with a space between, such as “AT BE”.")
)


class ShippingRate(models.Model):
    """What a parcel costs to some countries. Prices include VAT; a country that no active rate names is not served."""

    class DangerousGoods(models.TextChoices):
        NONE = "none", _("takes none")
        LIMITED = "limited", _("takes limited quantities and new starter batteries")
        ALL = "all", _("takes all classes")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name shown to customers"), max_length=80)
    countries = models.CharField(
        _("countries"), max_length=200, validators=[COUNTRY_LIST], help_text=_("ISO codes with a space between.")
    )
    price = models.DecimalField(_("price incl. VAT"), max_digits=8, decimal_places=2)
    free_from = models.DecimalField(
        _("free from an order value of"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    days_from = models.PositiveSmallIntegerField(_("working days, at least"))
    days_to = models.PositiveSmallIntegerField(_("working days, at most"))
    dangerous_goods = models.CharField(
        _("dangerous goods"),
        max_length=8,
        choices=DangerousGoods.choices,
        default=DangerousGoods.LIMITED,
        db_default=DangerousGoods.LIMITED,
    )
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        app_label = "shipping"
        verbose_name = _("shipping rate")
        verbose_name_plural = _("shipping rates")
        ordering = ["price", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="sf_shippingrate_price"),
            models.CheckConstraint(
                condition=Q(free_from__isnull=True) | Q(free_from__gt=0), name="sf_shippingrate_free"
            ),
            models.CheckConstraint(condition=Q(days_to__gte=F("days_from")), name="sf_shippingrate_days"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.price} €"

    @property
    def country_codes(self) -> list[str]:
        return self.countries.split()


from oscar.apps.shipping.models import *  # noqa: E402
