"""What staff are working on before it is published."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shopflow.automations.models.flows import Flow, FlowVersion


class FlowDraft(models.Model):
    """The next version of a flow, while people work on it; one for each flow.

    ``revision`` is raised by every change: whoever saves names the one that they have seen, so that nobody overwrites
    another one's work unknowingly. ``position`` is the number of the state that counts; later states are what has been
    taken back and can be done again.
    """

    flow = models.OneToOneField(Flow, on_delete=models.CASCADE, related_name="draft")
    base = models.ForeignKey(FlowVersion, on_delete=models.CASCADE, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    position = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft of an automation")
        verbose_name_plural = _("drafts of automations")

    def __str__(self) -> str:
        return f"{self.flow_id}#{self.revision}"

    @property
    def mark(self) -> str:
        """What people send along with a change: which draft they have seen, and how far it was. A flow's next draft
        counts its revisions from the beginning.
        """
        return f"{self.pk}-{self.revision}"


class DraftState(models.Model):
    """The draft's definition after one change. ``sentence`` says what the change was."""

    draft = models.ForeignKey(FlowDraft, on_delete=models.CASCADE, related_name="states")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    sentence = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("state of a draft")
        verbose_name_plural = _("states of drafts")
        constraints = [models.UniqueConstraint(fields=["draft", "number"], name="sf_draft_state_number")]

    def __str__(self) -> str:
        return f"{self.draft_id}:{self.number}"
