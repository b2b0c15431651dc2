"""Points for what contacts do: rules, entries that never change, and thresholds."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shopflow.audience.models.contacts import Contact


class ScoreRule(models.Model):
    """Points for an event. With ``field`` the event's field must be ``value``; ``most`` limits how often it counts."""

    label = models.CharField(_("name"), max_length=100)
    event = models.CharField(_("event"), max_length=64)
    field = models.CharField(_("only if this field"), max_length=40, blank=True)
    value = models.CharField(_("has this value"), max_length=100, blank=True)
    points = models.SmallIntegerField(_("points"))
    most = models.PositiveSmallIntegerField(_("counts at most … times per contact"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("score rule")
        verbose_name_plural = _("score rules")
        ordering = ["event", "label"]
        constraints = [
            models.CheckConstraint(condition=~Q(points=0), name="sf_score_rule_points"),
            models.CheckConstraint(
                condition=Q(field="", value="") | (~Q(field="") & ~Q(value="")), name="sf_score_rule_filter"
            ),
        ]
        indexes = [models.Index(fields=["event"], condition=Q(is_active=True), name="sf_score_rule_event")]

    def __str__(self) -> str:
        return self.label


class ScoreEntry(models.Model):
    """Points given once. The database refuses every change; entries go only with their contact.

    ``source_key`` names what they were given for, so that nothing is counted twice. ``day`` is the date's ordinal
    number in UTC, for the decay.
    """

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="score_entries")
    rule = models.ForeignKey(ScoreRule, on_delete=models.PROTECT, null=True, related_name="entries")
    points = models.SmallIntegerField(_("points"))
    reason = models.CharField(_("reason"), max_length=200)
    source_key = models.CharField(max_length=128, unique=True)
    at = models.DateTimeField(_("time"))
    day = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("score entry")
        verbose_name_plural = _("score entries")
        indexes = [models.Index(fields=["contact", "-at"], name="sf_score_contact")]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.points:+d}"


class ScoreThreshold(models.Model):
    """A score that is worth an event when a contact reaches it."""

    label = models.CharField(_("name"), max_length=80)
    points = models.PositiveSmallIntegerField(_("from points"), unique=True)

    class Meta:
        verbose_name = _("score threshold")
        verbose_name_plural = _("score thresholds")
        ordering = ["points"]

    def __str__(self) -> str:
        return f"{self.label} ({self.points})"


class ScoreCrossing(models.Model):
    """A contact that is above a threshold now; the row goes when the score falls below it again."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="crossings")
    threshold = models.ForeignKey(ScoreThreshold, on_delete=models.CASCADE, related_name="crossings")
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("reached threshold")
        verbose_name_plural = _("reached thresholds")
        constraints = [models.UniqueConstraint(fields=["contact", "threshold"], name="sf_crossing_once")]

    def __str__(self) -> str:
        return f"{self.contact_id} ≥ {self.threshold_id}"
