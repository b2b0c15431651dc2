"""Test runs that staff make of a definition, and the ways through it that they have walked."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shopflow.automations.models.flows import Flow


class Trial(models.Model):
    """A walk through a definition with a clock of its own. Nothing outside of it changes.

    ``now`` is what its clock shows, ``node`` the step it stands before (empty: it has come to an end). ``entrance`` is
    ``goal:`` and the goal's id when a goal has led here, ``walked`` the steps since then. ``story`` holds what has
    happened: objects with ``at``, ``node``, ``icon``, ``text``, ``notes``. Its mails went to ``email`` alone.
    """

    class State(models.TextChoices):
        UNDER_WAY = "under_way", pgettext_lazy("state of a test run", "under way")
        DONE = "done", pgettext_lazy("state of a test run", "done")

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="trials")
    definition = models.JSONField()
    sha256 = models.CharField(max_length=64)
    label = models.CharField(_("version"), max_length=100)
    subject = models.JSONField()
    email = models.EmailField(_("mails go to"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.UNDER_WAY)
    began_at = models.DateTimeField(_("begins at"))
    now = models.DateTimeField(_("its clock"))
    node = models.CharField(max_length=64, blank=True)
    entrance = models.CharField(max_length=70, blank=True)
    walked = models.JSONField(default=list)
    story = models.JSONField(default=list)
    mails = models.PositiveSmallIntegerField(_("mails"), default=0)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("test run")
        verbose_name_plural = _("test runs")
        permissions = [("override_activation", _("Can switch on automations that have not been tested"))]

    def __str__(self) -> str:
        return f"{self.flow_id}: {self.label}"


class Clearance(models.Model):
    """That staff have seen what a definition would do and to how many people, and want it switched on.

    ``warnings`` are the codes of the linter's warnings that were confirmed then, ``reason`` says why. ``overrides``:
    errors of the linter and ways that nobody has tested were passed over, in an emergency.
    """

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="clearances")
    sha256 = models.CharField(max_length=64)
    warnings = models.JSONField(default=list)
    overrides = models.BooleanField(default=False)
    affected = models.PositiveIntegerField(_("people per month"), default=0)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("clearance")
        verbose_name_plural = _("clearances")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(overrides=False) | ~models.Q(reason=""), name="sf_clearance_override_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["flow", "sha256", "-at"], name="sf_clearance_of")]

    def __str__(self) -> str:
        return f"{self.flow_id}: {self.sha256[:12]}"


class WalkedWay(models.Model):
    """One way through a definition that was tested to its end; ``way`` is as ``linting.way_of`` names it."""

    sha256 = models.CharField(max_length=64)
    way = models.CharField(max_length=1000)
    trial = models.ForeignKey(Trial, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("tested way")
        verbose_name_plural = _("tested ways")
        constraints = [models.UniqueConstraint(fields=["sha256", "way"], name="sf_walked_way_once")]

    def __str__(self) -> str:
        return self.way
