"""Blocks that staff have lifted."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shopflow.core.append_only import AppendOnly
from shopflow.mailing.models.mails import Suppression


class LiftedBlock(AppendOnly):
    """A block of the mail system's own that a member of staff has taken away, and why; never changed,
    but for ``why`` and ``lifted_by``, which are emptied when somebody is forgotten.

    ``lifted_by`` is the name of that member as it was then. What else was known of the block is copied, because the
    block itself is gone; a provider's next bounce sets a new one.
    """

    email_hash = models.CharField(max_length=64)
    scope = models.CharField(_("scope"), max_length=32)
    reason = models.CharField(_("reason"), max_length=16, choices=Suppression.Reason.choices)
    source = models.CharField(_("source"), max_length=200, blank=True)
    blocked_at = models.DateTimeField(_("since"))
    lifted_at = models.DateTimeField(_("lifted"))
    lifted_by = models.CharField(_("lifted by"), max_length=254)
    why = models.CharField(_("why"), max_length=500)

    class Meta:
        verbose_name = _("lifted block")
        verbose_name_plural = _("lifted blocks")
        indexes = [models.Index(fields=["email_hash", "lifted_at"], name="sf_lifted_block_person")]

    def __str__(self) -> str:
        return f"{self.email_hash[:12]}… {self.scope}: {self.get_reason_display()}"
