from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shopflow.parts.models.parts import PartRecord


class PartDocument(models.Model):
    """A paper that customers may download: an approval, a data sheet, fitting instructions.

    It belongs to the parts that staff chose, and to every part whose imported document name is ``name``.
    """

    class Kind(models.TextChoices):
        ABE = "abe", _("ABE (general permit)")
        EXPERT_REPORT = "report", _("Teilegutachten (expert report)")
        TYPE_APPROVAL = "ece", _("type approval")
        TYRE_SHEET = "tyre", _("product information sheet (tyre)")
        SAFETY_SHEET = "sds", _("safety data sheet")
        MANUAL = "manual", _("fitting instructions")
        OTHER = "other", _("document")

    name = models.CharField(_("file name"), max_length=128, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.OTHER)
    title = models.CharField(_("title"), max_length=160, blank=True)
    file = models.FileField(_("file"), upload_to="part-documents/")
    size = models.PositiveIntegerField(_("size in bytes"), default=0)
    parts = models.ManyToManyField(PartRecord, related_name="documents", blank=True, verbose_name=_("parts"))
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("part document")
        verbose_name_plural = _("part documents")
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.title or self.name


class PartFile(models.Model):
    """A picture or paper that the last delivery names for a part, by its file name without folders.

    Of the pictures the first is ``PartRecord.image_name``, of the papers ``PartRecord.document_name``; these are the
    further ones. Names are compared without regard to letter case.
    """

    class Kind(models.TextChoices):
        PICTURE = "picture", _("picture")
        DOCUMENT = "document", _("document")

    part = models.ForeignKey(PartRecord, on_delete=models.CASCADE, related_name="files", db_index=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    name = models.CharField(_("file name"), max_length=128)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("file of a part")
        verbose_name_plural = _("files of parts")
        ordering = ["kind", "position"]
        constraints = [models.UniqueConstraint(fields=["part", "kind", "name"], name="sf_file_once")]

    def __str__(self) -> str:
        return self.name
