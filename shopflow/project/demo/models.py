from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoadedStep(models.Model):
    """A step of the demo that has been loaded, so that the next start leaves it alone."""

    name = models.CharField(_("step"), max_length=64, unique=True)
    loaded_at = models.DateTimeField(_("loaded at"))

    class Meta:
        verbose_name = _("loaded step")
        verbose_name_plural = _("loaded steps")

    def __str__(self) -> str:
        return self.name
