"""People as the automations know them, and which arm of an experiment they got."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shopflow.automations.models.flows import Flow


class Recipient(models.Model):
    """Somebody whom automations write to. The row is what workers lock while they decide on advertising."""

    email = models.CharField(_("e-mail address"), max_length=254, unique=True)
    blocked_at = models.DateTimeField(_("blocked since"), null=True)
    blocked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    block_reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")

    def __str__(self) -> str:
        return self.email


class ExperimentAssignment(models.Model):
    """Which arm of an experiment somebody gets, for as long as the experiment keeps its name."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="assignments")
    experiment = models.CharField(_("experiment"), max_length=64)
    email = models.CharField(_("e-mail address"), max_length=254)
    arm = models.CharField(_("arm"), max_length=64)
    assigned_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("place in an experiment")
        verbose_name_plural = _("places in experiments")
        constraints = [models.UniqueConstraint(fields=["flow", "experiment", "email"], name="sf_assignment_once")]
        indexes = [models.Index(fields=["email"], name="sf_assignment_email")]

    def __str__(self) -> str:
        return f"{self.experiment}: {self.arm}"
