"""When and how often the shop's automations may write, and the switch that stops them all."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AutomationSettings(models.Model):
    """Rules for every automation; a single row that staff edit.

    Quiet hours, Sundays, holidays, caps and pace hold for advertising only. ``region`` is the part of the country whose
    public holidays count, such as BY. ``halted_at``: since when nothing runs at all. ``minutes_saved`` holds what one
    action spares people, in minutes, by the action's code.
    """

    halted_at = models.DateTimeField(_("stopped since"), null=True)
    country = models.CharField(_("country of the public holidays"), max_length=2, default="DE")
    region = models.CharField(_("federal state"), max_length=8, blank=True)
    quiet_from = models.TimeField(_("quiet from"), default=time(21))
    quiet_until = models.TimeField(_("quiet until"), default=time(8))
    quiet_sundays = models.BooleanField(_("no advertising on Sundays"), default=True)
    quiet_holidays = models.BooleanField(_("no advertising on public holidays"), default=True)
    cap_messages = models.PositiveSmallIntegerField(_("advertising mails per person"), default=2)
    cap_days = models.PositiveSmallIntegerField(_("in how many days"), default=7)
    cap_gap_hours = models.PositiveSmallIntegerField(_("hours between two"), default=48)
    per_minute = models.PositiveIntegerField(_("advertising mails per minute"), default=120)
    influence_days = models.PositiveSmallIntegerField(
        _("days after a mail in which an order counts as influenced"), default=7
    )
    lift_days = models.PositiveSmallIntegerField(_("days in which orders count for an experiment"), default=30)
    least_people = models.PositiveIntegerField(_("people per arm before an experiment may have a winner"), default=200)
    minutes_saved = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("rules for automations")
        verbose_name_plural = _("rules for automations")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="sf_automation_settings_single_row"),
            models.CheckConstraint(
                condition=Q(cap_messages__gte=1, cap_days__gte=1, per_minute__gte=1), name="sf_automation_settings_sane"
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class Closure(models.Model):
    """Days on which the dealer is closed; they are no working days."""

    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    note = models.CharField(_("occasion"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="sf_closure_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"


class SendingMinute(models.Model):
    """How many advertising mails have been planned into one minute, so that a backlog never leaves in a burst."""

    minute = models.DateTimeField(primary_key=True)
    taken = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.minute}: {self.taken}"


class ZoneData(models.Model):
    """How the clocks of a time zone are set, as the workers last saw it.

    ``changed_at``: when they saw that. ``replan_after``: waits of runs with higher keys are still to be looked at for
    the change; empty when all have been.
    """

    zone = models.CharField(max_length=64, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    changed_at = models.DateTimeField()
    replan_after = models.PositiveBigIntegerField(null=True)

    def __str__(self) -> str:
        return self.zone
