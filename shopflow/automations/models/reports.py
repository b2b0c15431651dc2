"""What reports are made of: figures per day, sales, what led to them, and the results of experiments.

Everything here follows from the raw rows (runs, steps, decisions, messages, orders) and can be made anew.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shopflow.automations.models.flows import Flow
from shopflow.automations.models.runs import Run


class DailyFigure(models.Model):
    """How often something happened on one day of the shop's calendar, at one step of one version of a flow.

    ``version`` is the version's number, 0 for what no version has a part in. ``node`` is empty for the flow as a whole.
    ``reason`` tells apart what the measure sums up: an outcome's code, a kind of end, a model of attribution, a length
    of stay, whose clicks. ``gross_cents`` and ``net_cents`` are set for conversions alone.
    """

    class Measure(models.TextChoices):
        BEGUN = "begun", pgettext_lazy("figure of a report", "begun")
        REFUSED = "refused", _("not begun")
        ENTERED = "entered", _("came to the step")
        DONE = "done", _("done")
        SKIPPED = "skipped", _("left out")
        DEFERRED = "deferred", _("put off")
        ERROR = "error", _("errors")
        ENDED = "ended", pgettext_lazy("figure of a report", "ended")
        GOAL = "goal", _("goals reached")
        STAY = "stay", _("length of stay")
        MAIL = "mail", _("mails")
        UNSENT = "unsent", _("mails held back at the last moment")
        CLICK = "click", _("clicks in mails")
        CONVERSION = "conversion", _("orders")

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="figures")
    version = models.PositiveIntegerField(default=0)
    node = models.CharField(max_length=64, blank=True)
    day = models.DateField()
    measure = models.CharField(max_length=12, choices=Measure.choices)
    reason = models.CharField(max_length=64, blank=True)
    count = models.PositiveBigIntegerField(default=0)
    gross_cents = models.BigIntegerField(default=0)
    net_cents = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("daily figure")
        verbose_name_plural = _("daily figures")
        constraints = [
            models.UniqueConstraint(
                fields=["flow", "day", "measure", "version", "node", "reason"], name="sf_daily_figure_once"
            )
        ]
        indexes = [models.Index(fields=["measure", "day"], name="sf_daily_figure_measure")]

    def __str__(self) -> str:
        return f"{self.day} {self.flow_id}/{self.version} {self.node} {self.measure} {self.reason}: {self.count}"


class StandingFigure(models.Model):
    """How many open runs stand at a step, and since when the one that has been under way longest, as of ``at``."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="standing")
    version = models.PositiveIntegerField()
    node = models.CharField(max_length=64, blank=True)
    parked = models.BooleanField(default=False)
    count = models.PositiveBigIntegerField()
    oldest_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["flow", "version", "node", "parked"], name="sf_standing_figure_once")
        ]

    def __str__(self) -> str:
        return f"{self.flow_id}/{self.version} {self.node}: {self.count}"


class Sale(models.Model):
    """A paid order that reports may count: not one of the shop's own people, and none that was brought in from
    elsewhere, because those were never announced as paid.

    ``gross_cents`` is what the goods cost with VAT when they were ordered; ``net_cents`` what is left of them without
    VAT and shipping, less what has been cancelled, returned or given back. ``changed_at`` is when it was last restated.
    """

    order = models.OneToOneField("order.Order", on_delete=models.CASCADE, primary_key=True, related_name="+")
    paid_at = models.DateTimeField()
    currency = models.CharField(max_length=12)
    gross_cents = models.BigIntegerField()
    net_cents = models.BigIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("counted sale")
        verbose_name_plural = _("counted sales")
        indexes = [
            models.Index(fields=["paid_at"], name="sf_sale_paid"),
            models.Index(fields=["changed_at"], name="sf_sale_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.net_cents}"


class Conversion(models.Model):
    """That a sale is put down to a flow, by one of the ways to judge that. Flows may share a sale, except by
    ``last_click``.
    """

    class Model(models.TextChoices):
        LAST_CLICK = "last_click", _("last link")
        INFLUENCED = "influenced", _("had a mail before")
        SUBJECT = "subject", _("the very same basket")
        COUPON = "coupon", _("its voucher was used")

    sale = models.ForeignKey(Sale, on_delete=models.CASCADE, related_name="conversions")
    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="conversions")
    version = models.PositiveIntegerField(default=0)
    node = models.CharField(max_length=64, blank=True)
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, related_name="+")
    model = models.CharField(max_length=12, choices=Model.choices)

    class Meta:
        verbose_name = _("conversion")
        verbose_name_plural = _("conversions")
        constraints = [
            models.UniqueConstraint(fields=["sale", "flow", "model"], name="sf_conversion_once"),
            models.UniqueConstraint(fields=["sale"], condition=Q(model="last_click"), name="sf_conversion_one_click"),
        ]

    def __str__(self) -> str:
        return f"{self.sale_id} → {self.flow_id} ({self.model})"


class ArmResult(models.Model):
    """What came of one arm of an experiment: people, those who bought, and their net revenue.

    ``lift`` is the net revenue per person above that of the arm it is compared with (``against``), in cents, and
    ``lift_low`` to ``lift_high`` its 95 % interval; empty for that arm itself.
    """

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="arm_results")
    experiment = models.CharField(max_length=64)
    arm = models.CharField(max_length=64)
    against = models.CharField(max_length=64, blank=True)
    people = models.PositiveBigIntegerField()
    buyers = models.PositiveBigIntegerField()
    net_cents = models.BigIntegerField()
    lift = models.FloatField(null=True)
    lift_low = models.FloatField(null=True)
    lift_high = models.FloatField(null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("result of an experiment's arm")
        verbose_name_plural = _("results of experiments' arms")
        constraints = [models.UniqueConstraint(fields=["flow", "experiment", "arm"], name="sf_arm_result_once")]

    def __str__(self) -> str:
        return f"{self.experiment}/{self.arm}: {self.buyers} of {self.people}"


class ReportState(models.Model):
    """How far the figures have been brought up to date; a single row, locked while that is done.

    ``runs_from`` and ``steps_from`` are ids before which nothing has begun since the day before the last time.
    ``reports_seen`` is the last report of a mail provider that is in the figures.
    """

    folded_at = models.DateTimeField(null=True)
    runs_from = models.PositiveBigIntegerField(default=0)
    steps_from = models.PositiveBigIntegerField(default=0)
    reports_seen = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="sf_report_state_single_row")]

    def __str__(self) -> str:
        return f"{self.folded_at}"
