"""Groups of contacts: a question asked again and again, or a list kept as it was."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shopflow.audience.models.contacts import Contact


class Segment(models.Model):
    """Contacts for whom ``expression`` is true. A static one keeps who was in it when it was made.

    ``refreshed_at`` is when the members were last worked out; empty before the first time, which announces nobody.
    """

    class Kind(models.TextChoices):
        DYNAMIC = "dynamic", _("kept up to date")
        STATIC = "static", _("list as it was")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    label = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices, default=Kind.DYNAMIC)
    expression = models.JSONField()
    created_at = models.DateTimeField()
    refreshed_at = models.DateTimeField(_("as of"), null=True)
    due_at = models.DateTimeField(null=True)
    size = models.PositiveIntegerField(_("contacts"), default=0)
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["label", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="dynamic", due_at__isnull=False) | Q(kind="static", due_at__isnull=True),
                name="sf_segment_due_if_dynamic",
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="sf_segment_due")]

    def __str__(self) -> str:
        return self.label


class SegmentMember(models.Model):
    """A contact who is in a segment, as of the segment's last refresh."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="members")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="memberships")
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("member of a segment")
        verbose_name_plural = _("members of segments")
        constraints = [models.UniqueConstraint(fields=["segment", "contact"], name="sf_member_once")]

    def __str__(self) -> str:
        return f"{self.segment_id}: {self.contact_id}"
