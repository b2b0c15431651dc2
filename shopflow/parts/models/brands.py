from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Manufacturer(models.Model):
    """Who made a part, as the product page must name him (Art. 19 GPSR, Reg. (EU) 2023/988).

    ``electronic_address`` is an e-mail address or a web address. A manufacturer outside the EU needs a responsible
    person inside it, with the same data; both addresses may have several lines.
    """

    name = models.CharField(_("name or trade mark"), max_length=160, unique=True)
    postal_address = models.TextField(_("postal address"), blank=True)
    electronic_address = models.CharField(_("e-mail or web address"), max_length=254, blank=True)
    is_in_eu = models.BooleanField(_("established in the EU"), default=True)
    responsible_name = models.CharField(_("responsible person in the EU"), max_length=160, blank=True)
    responsible_postal_address = models.TextField(_("their postal address"), blank=True)
    responsible_electronic_address = models.CharField(_("their e-mail or web address"), max_length=254, blank=True)

    class Meta:
        verbose_name = _("manufacturer")
        verbose_name_plural = _("manufacturers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def complete(cls, prefix: str = "") -> Q:
        """A condition for manufacturers whose data suffice; ``prefix`` is the way to them, such as ``brand__``."""

        def filled(*names: str) -> Q:
            found = Q()
            for name in names:
                found &= Q(**{f"{prefix}{name}__gt": ""})
            return found

        own = filled("name", "postal_address", "electronic_address")
        responsible = filled("responsible_name", "responsible_postal_address", "responsible_electronic_address")
        return own & (Q(**{f"{prefix}is_in_eu": True}) | responsible)


class Brand(models.Model):
    """A manufacturer's brand. ``code`` stands in SKUs and never changes; ``name`` is what people read.

    ``number_rule`` is the code of a registered rule, empty for the general one. ``safety_text`` holds warnings that
    go with all parts of the brand.
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=120)
    number_rule = models.CharField(_("number rule"), max_length=64, blank=True)
    manufacturer = models.ForeignKey(
        Manufacturer,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="brands",
        verbose_name=_("manufacturer"),
    )
    safety_text = models.TextField(_("warnings for all parts of the brand"), blank=True, db_default="")

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
