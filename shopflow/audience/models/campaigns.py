"""Offers with a deadline, and the one question to people who left the checkout."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shopflow.audience.models.contacts import Contact
from shopflow.audience.models.segments import Segment


class Campaign(models.Model):
    """An offer from ``opens_on`` until ``ends_at``. Its personal vouchers end with it, so that the deadline is true."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    label = models.CharField(_("what is offered"), max_length=90)
    text = models.TextField(_("in two or three sentences"), max_length=600)
    answers = models.TextField(
        _("answers to objections"), max_length=1500, blank=True, help_text=_("One question and answer a paragraph.")
    )
    bonus = models.TextField(
        _("extra for quick decisions"), max_length=400, blank=True, help_text=_("Empty: the mail about it is left out.")
    )
    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("product"),
    )  # fmt: skip
    percent = models.PositiveSmallIntegerField(_("discount in percent"), default=10)
    segment = models.ForeignKey(
        Segment, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("segment"),
        help_text=_("Empty: everybody who has agreed to the newsletter."),
    )  # fmt: skip
    opens_on = models.DateField(_("opens on"))
    ends_at = models.DateTimeField(_("ends"))
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=50), name="sf_campaign_percent"),
        ]

    def __str__(self) -> str:
        return self.label


class SurveyInvitation(models.Model):
    """That somebody is asked one question when they are in the shop next; nothing is mailed."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="surveys")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    survey = models.SlugField(max_length=40)
    source_key = models.CharField(max_length=128, unique=True)
    invited_at = models.DateTimeField(_("asked"))
    expires_at = models.DateTimeField(_("until"))
    closed_at = models.DateTimeField(_("answered or put aside"), null=True)

    class Meta:
        verbose_name = _("question to a contact")
        verbose_name_plural = _("questions to contacts")
        indexes = [
            models.Index(fields=["contact"], condition=Q(closed_at__isnull=True), name="sf_survey_open"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.survey}"


class SurveyAnswer(models.Model):
    """An answer without a name: nothing leads back to the contact (Art. 5 (1) c GDPR)."""

    survey = models.SlugField(max_length=40)
    choice = models.SlugField(_("reason"), max_length=40)
    text = models.TextField(_("in own words"), max_length=500, blank=True)
    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["-day", "-pk"]

    def __str__(self) -> str:
        return f"{self.survey}: {self.choice}"
