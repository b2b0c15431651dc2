from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shopflow.parts.models.parts import PartRecord


class PublishingDemand(models.Model):
    """Whether a registered publishing requirement is in force; without a row it is as its class says.

    Before ``starts_on`` what is missing is listed but keeps nothing from going online.
    """

    code = models.CharField(_("requirement"), max_length=64, unique=True)
    is_on = models.BooleanField(_("in force"), default=True)
    starts_on = models.DateField(_("in force from"), null=True, blank=True)

    class Meta:
        verbose_name = _("publishing demand")
        verbose_name_plural = _("publishing demands")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class PublishingBlock(models.Model):
    """Derived: something that a part lacks. ``is_binding`` ones keep it from going online, others are announced."""

    part = models.ForeignKey(PartRecord, on_delete=models.CASCADE, related_name="publishing_blocks")
    requirement = models.CharField(_("requirement"), max_length=64)
    is_binding = models.BooleanField(_("keeps it offline"), default=True)
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("missing item")
        verbose_name_plural = _("missing items")
        indexes = [models.Index(fields=["requirement", "part"], name="sf_block_requirement")]
        constraints = [models.UniqueConstraint(fields=["part", "requirement"], name="sf_block_once")]

    def __str__(self) -> str:
        return f"{self.part_id}: {self.requirement}"


class GoodsCategory(models.Model):
    """What all parts of a category are in the eyes of the law, unless the part says otherwise.

    ``is_guess`` marks what the shop concluded from the category's name; staff confirm or change it.
    """

    category = models.OneToOneField("catalogue.Category", on_delete=models.CASCADE, related_name="+")
    goods_class = models.CharField(_("kind of goods"), max_length=8, choices=PartRecord.GoodsClass.choices)
    is_guess = models.BooleanField(_("guessed from the name"), default=False)

    class Meta:
        verbose_name = _("kind of goods of a category")
        verbose_name_plural = _("kinds of goods of categories")

    def __str__(self) -> str:
        return f"{self.category_id}: {self.goods_class}"
