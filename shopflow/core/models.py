"""Tables of the core: outbox, number sequences, hash-chained records, audit log, clock."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.lookups import In
from django.utils.translation import gettext_lazy as _


class NamedAddress(models.Func):
    """The e-mail address in an event's payload, NULL without one.

    Django's own expression for a key of JSON is put together in another order in each process on SQLite, which finds
    an index by its words.
    """

    output_field = models.TextField()
    template = "JSON_EXTRACT(%(expressions)s, '$.email')"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s ->> 'email')", **context)


class OutboxEvent(models.Model):
    """A fact, written in the transaction that made it true. Never changed afterwards, but for forgetting a person.

    ``causes`` are marks of the work that led to it, such as runs of automations, oldest first.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=64)
    payload = models.JSONField()
    source_key = models.CharField(max_length=128, unique=True, null=True)  # noqa: DJ001 - many without a key
    cause_depth = models.PositiveSmallIntegerField(default=0)
    causes = models.JSONField(default=list)
    occurred_at = models.DateTimeField()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["code", "occurred_at"], name="sf_outbox_code_time"),
            models.Index(NamedAddress("payload"), name="sf_outbox_email"),
        ]

    def __str__(self) -> str:
        return f"{self.code} #{self.pk}"

    @staticmethod
    def naming(emails: Iterable[str]) -> In:
        """To be given to ``filter()``: events that name one of ``emails``, in lower case."""
        return In(NamedAddress("payload"), list(emails))


class OutboxDelivery(models.Model):
    """One event on its way to one subscriber."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        PARKED = "parked", _("parked")

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery of an event")
        verbose_name_plural = _("deliveries of events")
        constraints = [models.UniqueConstraint(fields=["event", "subscriber"], name="sf_delivery_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="sf_delivery_due"),
            models.Index(fields=["state"], condition=Q(state="parked"), name="sf_delivery_parked"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.subscriber}: {self.state}"


class NumberSequence(models.Model):
    """A gapless series of numbers. ``last_value`` is the last one given out in a committed transaction."""

    series = models.CharField(max_length=64, unique=True)
    last_value = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("number sequence")
        verbose_name_plural = _("number sequences")

    def __str__(self) -> str:
        return f"{self.series}: {self.last_value}"


class ChainedRecord(models.Model):
    """Base of append-only records that prove their own completeness.

    ``hash`` is the SHA-256 of the previous record's hash in the same ``chain`` and of this record's content; a
    removed or altered record breaks the chain. Append through ``services.append_record``.
    """

    chain = models.CharField(max_length=96)
    position = models.PositiveIntegerField()
    content = models.JSONField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["chain", "position"], name="%(class)s_position")]


class AuditEntry(models.Model):
    """Who did what to which object, and why."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("person")
    )
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64)
    summary = models.CharField(max_length=255)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        indexes = [models.Index(fields=["object_type", "object_id", "at"], name="sf_audit_object")]

    def __str__(self) -> str:
        return self.summary


class ClockShift(models.Model):
    """How far a demo shop's clock has been moved forward, in seconds; a single row."""

    seconds = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="sf_clock_single_row")]

    def __str__(self) -> str:
        return f"+{self.seconds} s"


class WorkerHeartbeat(models.Model):
    """When a worker last showed that it works; a single row."""

    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="sf_heartbeat_single_row")]

    def __str__(self) -> str:
        return str(self.at)


class Seller(models.Model):
    """Who sells: the legal identity that the imprint, invoices, contracts and mails state. A single row."""

    name = models.CharField(_("company name with legal form"), max_length=120)
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    country = models.CharField(_("country (ISO code)"), max_length=2, default="DE")
    represented_by = models.CharField(_("represented by"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    register_court = models.CharField(_("register court"), max_length=80, blank=True)
    register_number = models.CharField(_("register number"), max_length=40, blank=True)
    vat_id = models.CharField(_("VAT ID"), max_length=20, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=30, blank=True)
    is_small_business = models.BooleanField(_("small business without VAT (§ 19 UStG)"), default=False)
    opening_hours = models.TextField(_("opening hours"), blank=True)
    contact_person = models.CharField(_("contact person for customers"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("seller")
        verbose_name_plural = _("seller")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="sf_seller_single_row")]

    def __str__(self) -> str:
        return self.name


class TableStamp(models.Model):
    """The state of a table whose facts processes keep in memory (``core.memo``): a new stamp with every write."""

    label = models.CharField(max_length=100, primary_key=True)
    stamp = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("state of a table")
        verbose_name_plural = _("states of tables")

    def __str__(self) -> str:
        return self.label
