"""People we may write to: who they are, who looks after them, where they stand, and what they have bought."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from shopflow.core import clock


class Stage(models.Model):
    """A step of the sales pipeline, from the first contact to a customer or a no."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("still open")
        WON = "won", _("won")
        LOST = "lost", _("lost")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    label = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    outcome = models.CharField(_("outcome"), max_length=4, choices=Outcome.choices, default=Outcome.OPEN)

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.label


class Contact(models.Model):
    """A person as an e-mail address, with or without an account.

    ``email`` is spelled as ``mailing.addresses.normalise_email`` spells it. ``score`` is what the score entries come to
    at ``scored_at``; it is written by the scoring service alone. ``time_zone`` is empty until somebody enters one: then
    that of the country of delivery counts, else the shop's. ``seen_at`` is when the person last followed a link of
    a mail and pressed a button there. ``alive_at`` is the latest sign of life that the retention knows of.
    """

    class Kind(models.TextChoices):
        UNKNOWN = "", _("not known")
        PRIVATE = "b2c", _("private customer")
        BUSINESS = "b2b", _("business customer")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("account")
    )
    name = models.CharField(_("name"), max_length=120, blank=True, db_default="")
    company = models.CharField(_("company"), max_length=120, blank=True, db_default="")
    kind = models.CharField(_("kind of customer"), max_length=3, choices=Kind.choices, blank=True, db_default="")
    language = models.CharField(_("language"), max_length=8, default="de")
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, db_default="")
    stage = models.ForeignKey(
        Stage, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("stage")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("looked after by"),
    )
    score = models.IntegerField(_("score"), default=0, db_default=0)
    scored_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("since"))
    seen_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    alive_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="sf_contact_email_lower"),
            models.CheckConstraint(condition=Q(kind__in=["", "b2c", "b2b"]), name="sf_contact_kind"),
        ]
        indexes = [
            models.Index(fields=["stage", "-id"], condition=Q(stage__isnull=False), name="sf_contact_stage"),
            models.Index(fields=["owner", "-id"], condition=Q(owner__isnull=False), name="sf_contact_owner"),
            models.Index(fields=["-score", "-id"], condition=~Q(score=0), name="sf_contact_score"),
            models.Index(fields=["alive_at"], condition=Q(user__isnull=True), name="sf_contact_alive"),
        ]

    def __str__(self) -> str:
        return self.email


class ContactOrder(models.Model):
    """An order and the contact who placed it, found by the address, and what led to it.

    ``contact`` is empty once the person was erased: the row then says that the order is not to be linked again.
    ``led_at`` is when the words of the address came to the basket.
    """

    order = models.OneToOneField("order.Order", on_delete=models.CASCADE, primary_key=True, related_name="contact_link")
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="purchases")
    share_link = models.ForeignKey(
        "ShareLink", on_delete=models.SET_NULL, null=True, related_name="purchases", verbose_name=_("share link")
    )
    source = models.CharField(_("source"), max_length=100, blank=True)
    medium = models.CharField(_("medium"), max_length=100, blank=True)
    campaign = models.CharField(_("campaign"), max_length=100, blank=True)
    led_at = models.DateTimeField(_("came"), null=True)
    placed_at = models.DateTimeField(_("placed"))

    class Meta:
        verbose_name = _("order of a contact")
        verbose_name_plural = _("orders of contacts")
        indexes = [
            models.Index(fields=["contact", "-placed_at"], name="sf_purchase_contact"),
            models.Index(fields=["share_link"], condition=Q(share_link__isnull=False), name="sf_purchase_share"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} ← {self.contact_id}"


class SaleNotice(models.Model):
    """That the buyer of an order was told about advertising for similar goods and the right to object (§ 7 (3) UWG).

    The words shown are kept with the order's agreements; ``objected`` says that the buyer refused on the spot.
    """

    order = models.OneToOneField("order.Order", on_delete=models.CASCADE, primary_key=True, related_name="+")
    version = models.CharField(max_length=8)
    objected = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("notice at a sale")
        verbose_name_plural = _("notices at sales")

    def __str__(self) -> str:
        return f"{self.order_id}: {self.version}"


class AudienceSettings(models.Model):
    """How the shop treats its contacts; a single row that staff edit."""

    existing_customer_mail = models.BooleanField(
        _("write to existing customers without consent (§ 7 (3) UWG)"),
        default=False,
        help_text=_("Ask your lawyer first. The checkout then tells buyers so and lets them object."),
    )
    existing_customer_months = models.PositiveSmallIntegerField(
        _("months after the last sale"),
        default=24,
        help_text=_("Later, the sale no longer allows advertising."),
    )
    similar_categories: Any = models.ManyToManyField(
        "catalogue.Category",
        blank=True,
        related_name="+",
        verbose_name=_("categories that count as one kind of goods"),
        help_text=_("Advertise only goods of these categories to existing customers."),
    )
    score_half_life_days = models.PositiveSmallIntegerField(
        _("half-life of points in days"),
        default=30,
        help_text=_("After so many days, points count half."),
    )
    voucher_percent = models.PositiveSmallIntegerField(
        _("discount of personal vouchers in percent"),
        default=0,
        db_default=0,
        help_text=_("For automations that may give a voucher. 0: none is given."),
    )

    class Meta:
        verbose_name = _("settings of contacts")
        verbose_name_plural = _("settings of contacts")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="sf_audience_settings_one_row"),
            models.CheckConstraint(condition=Q(score_half_life_days__gte=1), name="sf_audience_half_life"),
            models.CheckConstraint(condition=Q(existing_customer_months__gte=1), name="sf_audience_months"),
            models.CheckConstraint(condition=Q(voucher_percent__lte=50), name="sf_audience_voucher"),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
