"""Tables of the delivery room: digital goods, their files and licence keys, and who may use them."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxLengthValidator, MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shopflow.delivery.instructions import LAST_DAY, check_link, check_wording, mail_of


class DigitalGood(models.Model):
    """What a product delivers without a parcel, and what a buyer must know before buying (Art. 246a § 1 EGBGB).

    ``contract_kind`` decides on the right of withdrawal: it ends with the start for digital content (§ 356 (5) BGB)
    and only with complete performance for a digital service (§ 356 (4) BGB).
    """

    class Kind(models.TextChoices):
        EBOOK = "ebook", _("e-book")
        COURSE = "course", _("online course")
        LICENCE = "licence", _("software licence")

    class ContractKind(models.TextChoices):
        CONTENT = "digital_content", _("digital content (download)")
        SERVICE = "digital_service", _("digital service (course, membership)")

    product = models.OneToOneField("catalogue.Product", on_delete=models.PROTECT, related_name="digital_good")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    contract_kind = models.CharField(_("contract"), max_length=16, choices=ContractKind.choices)
    contents = models.TextField(_("what the buyer gets"), blank=True)
    requirements = models.TextField(_("requirements"), blank=True)
    licence_terms = models.TextField(_("licence: what the buyer may do"), blank=True)
    max_downloads = models.PositiveSmallIntegerField(_("downloads per purchase"), null=True, blank=True, default=10)
    access_days = models.PositiveSmallIntegerField(_("days of access"), null=True, blank=True)

    class Meta:
        verbose_name = _("digital good")
        verbose_name_plural = _("digital goods")
        permissions = [("manage_digital_goods", _("Can manage digital goods"))]

    def __str__(self) -> str:
        return str(self.product)


class DigitalFile(models.Model):
    """One edition of a file. ``storage_name`` is in the private storage; an edition is never overwritten."""

    good = models.ForeignKey(DigitalGood, on_delete=models.PROTECT, related_name="files")
    label = models.CharField(_("label"), max_length=80)
    edition = models.PositiveIntegerField(_("edition"))
    version = models.CharField(_("version"), max_length=40, blank=True)
    changes = models.TextField(_("what is new"), blank=True)
    filename = models.CharField(_("file name"), max_length=160)
    content_type = models.CharField(max_length=80)
    storage_name = models.CharField(max_length=255, unique=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    is_current = models.BooleanField(_("current edition"), default=True)
    uploaded_at = models.DateTimeField(_("uploaded"))

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.UniqueConstraint(fields=["good", "label", "edition"], name="sf_file_edition"),
            models.UniqueConstraint(
                fields=["good", "label"], condition=Q(is_current=True), name="sf_file_one_current_edition"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.edition})"


class Lesson(models.Model):
    """One module of a course: a text, and a file if there is one."""

    good = models.ForeignKey(DigitalGood, on_delete=models.CASCADE, related_name="lessons")
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=140)
    html = models.TextField(_("text"))
    file = models.ForeignKey(DigitalFile, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("file"))

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["good", "position"], name="sf_lesson_position")]

    def __str__(self) -> str:
        return self.title


class FirstStep(models.Model):
    """An instruction for the days after the purchase: plain text, and a link if there is one.

    ``day`` counts from the unlocking; ``position`` orders the steps of one day and begins with 1.
    """

    good = models.ForeignKey(DigitalGood, on_delete=models.CASCADE, related_name="first_steps")
    day = models.PositiveSmallIntegerField(_("day"), default=0, validators=[MaxValueValidator(LAST_DAY)])
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=120, validators=[check_wording])
    text = models.TextField(_("text"), validators=[MaxLengthValidator(2000), check_wording])
    link = models.CharField(_("link"), max_length=300, blank=True, validators=[check_link])

    class Meta:
        verbose_name = _("first step")
        verbose_name_plural = _("first steps")
        ordering = ["day", "position"]
        constraints = [
            models.UniqueConstraint(fields=["good", "day", "position"], name="sf_first_step_position"),
            models.CheckConstraint(condition=Q(day__lte=LAST_DAY), name="sf_first_step_day"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="sf_first_step_has_words"),
            models.CheckConstraint(
                condition=Q(link="") | Q(link__startswith="https://") | Q(link__startswith="/"),
                name="sf_first_step_link",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def mail_day(self) -> int | None:
        """The day of the mail that takes it along; None if it comes after the last mail."""
        return mail_of(self.day)


class LicencePool(models.Model):
    """Where a licence's keys come from: made by us with ``prefix``, or only those that were entered."""

    good = models.OneToOneField(DigitalGood, on_delete=models.CASCADE, related_name="licence_pool")
    prefix = models.CharField(_("prefix"), max_length=8, blank=True)
    is_generated = models.BooleanField(_("make keys when they are needed"), default=True)

    class Meta:
        verbose_name = _("licence pool")
        verbose_name_plural = _("licence pools")

    def __str__(self) -> str:
        return f"{self.prefix} ({self.good_id})"


class AccessGrant(models.Model):
    """A buyer's access to one order line's digital good.

    Locked until ``paid_at``, ``confirmed_at`` (the contract confirmation has been accepted by the mail system) and
    the recorded waiver are all there; ``locked_reason`` names the first that is missing.
    """

    class State(models.TextChoices):
        LOCKED = "locked", _("locked")
        ACTIVE = "active", _("active")
        REVOKED = "revoked", _("revoked")

    class Reason(models.TextChoices):
        UNPAID = "unpaid", _("We are waiting for your payment.")
        NO_WAIVER = "no_waiver", _("Your consent to the immediate start is missing.")
        NO_CONFIRMATION = "no_confirmation", _("The order confirmation is still on its way to you.")
        NO_KEY = "no_key", _("We are preparing your licence key.")
        CANCELLED = "cancelled", _("The order was cancelled.")
        BY_STAFF = "by_staff", _("Access was ended by the shop.")

    order = models.ForeignKey("order.Order", on_delete=models.PROTECT, related_name="access_grants")
    order_line = models.OneToOneField("order.Line", on_delete=models.PROTECT, related_name="access_grant")
    good = models.ForeignKey(DigitalGood, on_delete=models.PROTECT, related_name="grants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="access_grants"
    )
    email = models.EmailField(_("e-mail"))
    quantity = models.PositiveIntegerField(default=1)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.LOCKED)
    locked_reason = models.CharField(max_length=16, choices=Reason.choices, blank=True, default=Reason.UNPAID)
    paid_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    granted_at = models.DateTimeField(_("unlocked"), null=True)
    first_used_at = models.DateTimeField(_("first used"), null=True)
    expires_at = models.DateTimeField(_("expires"), null=True)
    max_downloads = models.PositiveSmallIntegerField(_("downloads allowed"), null=True)
    downloads_used = models.PositiveSmallIntegerField(_("downloads used"), default=0)

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        indexes = [models.Index(fields=["user", "-id"], name="sf_grant_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(max_downloads__isnull=True) | Q(downloads_used__lte=F("max_downloads")),
                name="sf_grant_limit",
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(paid_at__isnull=False, confirmed_at__isnull=False),
                name="sf_grant_active_is_paid_and_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.good} → {self.email}"


class LicenceKey(models.Model):
    """A licence key; once it belongs to a grant it never belongs to another."""

    pool = models.ForeignKey(LicencePool, on_delete=models.PROTECT, related_name="keys")
    key = models.CharField(_("licence key"), max_length=64, unique=True)
    grant = models.ForeignKey(AccessGrant, on_delete=models.PROTECT, null=True, related_name="licence_keys")
    assigned_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("licence key")
        verbose_name_plural = _("licence keys")
        indexes = [models.Index(fields=["pool"], condition=Q(grant=None), name="sf_licence_key_free")]

    def __str__(self) -> str:
        return self.key


class DownloadEvent(models.Model):
    """One counted download: a ticket that may be resumed until ``valid_until``, and the proof that we delivered."""

    grant = models.ForeignKey(AccessGrant, on_delete=models.PROTECT, related_name="downloads")
    file = models.ForeignKey(DigitalFile, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("started"))
    valid_until = models.DateTimeField()

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        indexes = [models.Index(fields=["grant", "file", "-valid_until"], name="sf_download_open")]

    def __str__(self) -> str:
        return f"{self.grant_id}: {self.file_id} {self.started_at:%Y-%m-%d %H:%M}"


class LessonProgress(models.Model):
    """A lesson that a buyer has marked as done."""

    grant = models.ForeignKey(AccessGrant, on_delete=models.CASCADE, related_name="progress")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="+")
    done_at = models.DateTimeField()

    class Meta:
        verbose_name = _("progress")
        verbose_name_plural = _("progress")
        constraints = [models.UniqueConstraint(fields=["grant", "lesson"], name="sf_lesson_done_once")]

    def __str__(self) -> str:
        return f"{self.grant_id}: {self.lesson_id}"
