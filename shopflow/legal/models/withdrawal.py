from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shopflow.core.append_only import AppendOnly


class WithdrawalDeclaration(AppendOnly):
    """What a consumer declared, as it was received (§§ 355, 356a BGB). Effective on receipt, whatever it names.

    ``order`` is set only when number and e-mail address both fit; nothing about the order changes by itself.
    ``suspicion`` marks a form that a machine may have filled in: marked, never dropped.
    """

    class Channel(models.TextChoices):
        WEB = "web", _("online form")
        EMAIL = "email", _("e-mail")
        LETTER = "letter", _("letter")
        PHONE = "phone", _("telephone")
        IN_PERSON = "in_person", _("in person")

    class Match(models.TextChoices):
        OWNER = "owner", _("customer was logged in")
        NUMBER_AND_EMAIL = "number_and_email", _("order number and e-mail fit")
        NEEDS_MANUAL_MATCH = "needs_manual_match", _("to be matched by hand")

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission_key = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    contract = models.CharField(_("contract"), max_length=500)
    email = models.EmailField(_("e-mail"))
    scope = models.TextField(_("only these goods"), blank=True)
    statement = models.TextField(_("declaration"))
    sha256 = models.CharField(max_length=64)
    channel = models.CharField(_("received by"), max_length=10, choices=Channel.choices, default=Channel.WEB)
    received_at = models.DateTimeField(_("received"))
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=10, default="de")
    match = models.CharField(_("match"), max_length=20, choices=Match.choices)
    order = models.ForeignKey("order.Order", on_delete=models.PROTECT, null=True, related_name="withdrawals")
    suspicion = models.CharField(_("suspicion"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("declaration of withdrawal")
        verbose_name_plural = _("declarations of withdrawal")
        indexes = [models.Index(fields=["-received_at"], name="sf_withdrawal_received")]

    def __str__(self) -> str:
        return f"{self.contract} ({self.received_at:%Y-%m-%d})"


class WithdrawalHandling(models.Model):
    """What staff made of a declaration."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")
        SETTLED = "settled", _("settled")

    declaration = models.OneToOneField(WithdrawalDeclaration, on_delete=models.PROTECT, related_name="handling")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    order = models.ForeignKey(
        "order.Order", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("order")
    )
    note = models.TextField(_("note"), blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("handling of a withdrawal")
        verbose_name_plural = _("handling of withdrawals")

    def __str__(self) -> str:
        return f"{self.declaration_id}: {self.state}"
