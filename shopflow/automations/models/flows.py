"""Automations and their versions."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def new_seed() -> str:
    """A secret that makes the draw of an experiment fair and repeatable."""
    return secrets.token_hex(16)


class Flow(models.Model):
    """One automation. What it does is its active version's definition; here is only whether and for whom it runs.

    ``enabled``: whether anybody enters. ``paused_at``: since when everybody in it stands still. ``priority`` is the
    active version's. ``seed`` decides who gets which arm of its experiments.
    """

    code = models.CharField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    reason = models.TextField(_("why it is lawful"), blank=True)
    enabled = models.BooleanField(_("switched on"), default=False)
    active_version = models.ForeignKey(
        "FlowVersion", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("active version")
    )
    paused_at = models.DateTimeField(_("paused since"), null=True)
    priority = models.PositiveSmallIntegerField(_("priority"), default=50)
    seed = models.CharField(max_length=32, default=new_seed, editable=False)

    class Meta:
        verbose_name = _("automation")
        verbose_name_plural = _("automations")

    def __str__(self) -> str:
        return self.name


class FlowVersion(models.Model):
    """A definition that never changes. Runs keep the version that they began with.

    ``pins`` is what it was published with of what staff write elsewhere: ``texts``, the edition of each mail by
    template and language, and ``segments``, their expressions by code. Empty for versions that take whatever is newest.
    """

    class Source(models.TextChoices):
        BUILT_IN = "built_in", _("delivered with the shop")
        STAFF = "staff", _("made by staff")

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    definition = models.JSONField(_("definition"))
    pins = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    trigger_event = models.CharField(max_length=64, blank=True)
    source = models.CharField(max_length=8, choices=Source.choices)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    note = models.CharField(_("what is new"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("version of an automation")
        verbose_name_plural = _("versions of automations")
        constraints = [models.UniqueConstraint(fields=["flow", "number"], name="sf_flow_version_number")]
        indexes = [models.Index(fields=["trigger_event"], name="sf_flow_version_trigger")]

    def __str__(self) -> str:
        return f"{self.flow_id}/{self.number}"
