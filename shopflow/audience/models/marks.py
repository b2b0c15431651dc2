"""What is known about a contact: tags with source and expiry, and attributes that staff define."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from shopflow.audience.models.contacts import Contact


class Tag(models.Model):
    """A word that contacts are marked with."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    label = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["label", "code"]

    def __str__(self) -> str:
        return self.label


class TagAssignment(models.Model):
    """A contact's tag: who or what gave it, and until when it holds (empty: for good)."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="tag_assignments")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("tag"))
    source = models.CharField(_("source"), max_length=100)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    assigned_at = models.DateTimeField(_("since"))
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("tag of a contact")
        verbose_name_plural = _("tags of contacts")
        constraints = [
            models.UniqueConstraint(fields=["contact", "tag"], name="sf_tag_once"),
            models.CheckConstraint(condition=~Q(source=""), name="sf_tag_has_source"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="sf_tag_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.tag}"


class AttributeDefinition(models.Model):
    """A fact that the shop keeps about contacts, such as a birthday. ``choices`` are the words of a choice, in order.

    With a ``purpose`` values may be stored only while the person agrees to that purpose, and go when it is withdrawn.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        NUMBER = "number", _("number")
        DATE = "date", _("date")
        ANNUAL = "annual", _("day of the year")
        CHOICE = "choice", _("choice")
        BOOLEAN = "boolean", _("yes or no")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    label = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    purpose = models.CharField(_("only with consent to"), max_length=32, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="choice") | ~Q(choices=[]), name="sf_attribute_has_choices"),
        ]

    def __str__(self) -> str:
        return self.label


class AttributeValue(models.Model):
    """One contact's value of one attribute, in the column of its kind (texts and choices share one).

    A day of the year stands in ``day`` with the year 2000, which had a 29 February; the real year is not asked for.
    """

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="attribute_values")
    definition = models.ForeignKey(AttributeDefinition, on_delete=models.CASCADE, related_name="values")
    text = models.CharField(max_length=500, blank=True)
    number = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    day = models.DateField(null=True)
    flag = models.BooleanField(null=True)
    set_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("value of an attribute")
        verbose_name_plural = _("values of attributes")
        constraints = [
            models.UniqueConstraint(fields=["contact", "definition"], name="sf_attribute_once"),
            models.CheckConstraint(
                condition=Q(number=None, day=None, flag=None) & ~Q(text="")
                | Q(text="", number__isnull=False, day=None, flag=None)
                | Q(text="", number=None, day__isnull=False, flag=None)
                | Q(text="", number=None, day=None, flag__isnull=False),
                name="sf_attribute_one_value",
            ),
        ]
        indexes = [
            models.Index(fields=["definition", "day"], condition=Q(day__isnull=False), name="sf_attribute_day"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.definition_id}"

    @property
    def value(self) -> object:
        """Whatever is set."""
        return next((found for found in (self.number, self.day, self.flag) if found is not None), self.text)

    @property
    def shown(self) -> str:
        """The value as people read it."""
        if self.day is not None and self.definition.kind == AttributeDefinition.Kind.ANNUAL:
            return str(date_format(self.day, "MONTH_DAY_FORMAT"))
        return str(self.value)
