"""Mailings to a group of people at a time that staff choose."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shopflow.automations.models.flows import Flow, FlowVersion


class Broadcast(models.Model):
    """One start of an automation with a manual trigger for the people of a segment.

    ``version`` is what was shown when staff confirmed. ``words`` go into the subject of each run, such as the mail's
    template and the fingerprint of its words. ``expected`` is how many people were in the segment then. ``cursor`` is
    the last contact that was dealt with: it moves in the transaction that begins the runs, so that a crash neither
    forgets nor repeats anybody. ``refused`` counts who was not let in, by reason.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("state of a broadcast", "not confirmed yet")
        PLANNED = "planned", pgettext_lazy("state of a broadcast", "planned")
        STARTING = "starting", pgettext_lazy("state of a broadcast", "people are being taken in")
        UNDER_WAY = "under_way", pgettext_lazy("state of a broadcast", "under way")
        DONE = "done", pgettext_lazy("state of a broadcast", "done")
        STOPPED = "stopped", pgettext_lazy("state of a broadcast", "stopped")

    LIVE = (State.PLANNED, State.STARTING, State.UNDER_WAY)

    label = models.CharField(_("name"), max_length=100)
    flow = models.ForeignKey(Flow, on_delete=models.PROTECT, related_name="broadcasts")
    version = models.ForeignKey(FlowVersion, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(
        "shopflow_audience.Segment", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("segment")
    )
    words = models.JSONField(default=dict)
    planned_at = models.DateTimeField(_("planned for"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    paused_at = models.DateTimeField(_("paused since"), null=True)
    expected = models.PositiveIntegerField(default=0)
    cursor = models.PositiveBigIntegerField(default=0)
    looked_at = models.PositiveIntegerField(default=0)
    entered = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=dict)
    problem = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("broadcast")
        verbose_name_plural = _("broadcasts")
        constraints = [
            models.UniqueConstraint(
                fields=["flow"],
                condition=Q(state__in=["planned", "starting", "under_way"]),
                name="sf_broadcast_one_live",
            ),
        ]
        indexes = [
            models.Index(
                fields=["planned_at"],
                condition=Q(state__in=["planned", "starting", "under_way"]),
                name="sf_broadcast_live",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def occasion(self) -> str:
        """The word that lets everybody in once."""
        return f"broadcast-{self.pk}"

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE
