"""What time brings about: which occasions were announced, and the vouchers that people were given."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shopflow.audience.models.contacts import Contact


class Announced(models.Model):
    """That an occasion, such as ``contact_inactive:75``, was announced for a contact, and when for the last time."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    occasion = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("announced occasion")
        verbose_name_plural = _("announced occasions")
        constraints = [models.UniqueConstraint(fields=["contact", "occasion"], name="sf_announced_once")]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.occasion}"


class PersonalVoucher(models.Model):
    """A voucher of Oscar's for one person and one use. ``source_key`` names what it was given for, once.

    Its end is Oscar's ``end_datetime``: the checkout refuses it from then on, so that every deadline told is true.
    """

    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="vouchers")
    voucher = models.OneToOneField("voucher.Voucher", on_delete=models.CASCADE, related_name="personal")
    flow = models.CharField(_("automation"), max_length=64)
    percent = models.PositiveSmallIntegerField(_("percent"))
    source_key = models.CharField(max_length=128, unique=True)
    given_at = models.DateTimeField(_("given"))

    class Meta:
        verbose_name = _("personal voucher")
        verbose_name_plural = _("personal vouchers")
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=50), name="sf_personal_voucher_percent")
        ]
        indexes = [models.Index(fields=["contact", "-given_at"], name="sf_personal_voucher")]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.percent} %"
