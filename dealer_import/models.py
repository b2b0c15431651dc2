"""Tables of the import: runs and what they found. Parts themselves live in ``shopflow.parts`` and Oscar."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """One attempt to bring a file into the shop: who, what, when, and what became of it. Kept for good.

    ``warnings`` counts findings by code. ``decision`` says what staff did with a held run; ``follows`` is the held run
    that this one was released from, or the dry run that it makes real; ``undoes`` the run that this one took back, and
    ``corrects`` the run whose refused rows it brings in. ``percent`` and ``heartbeat_at`` move while it lasts.
    ``samples`` holds examples of what would change, for dry runs and held runs (``diff_samples``).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    class Outcome(models.TextChoices):
        APPLIED = "applied", _("applied")
        REFUSED = "refused", _("refused")
        HELD = "held", _("held")
        NOOP = "noop", _("nothing to do")

    class Decision(models.TextChoices):
        RELEASED = "released", _("released")
        DISCARDED = "discarded", _("discarded")

    class Mode(models.TextChoices):
        FULL = "full", _("whole catalogue")
        DELTA = "delta", _("changes only")
        PRICES = "prices", _("prices only")
        STOCK = "stock", _("stock only")
        CORRECTION = "correction", _("corrected rows")
        ROLLBACK = "rollback", _("taking a run back")

    class Step(models.TextChoices):
        READING = "reading", _("reading the file")
        COMPARING = "comparing", _("comparing with the shop")
        WRITING = "writing", _("writing to the shop")

    source = models.CharField(_("source"), max_length=64)
    profile = models.CharField(_("profile"), max_length=64)
    profile_version = models.CharField(_("profile version"), max_length=16)
    profile_tables = models.JSONField(_("profile as it was"), default=dict)
    file_name = models.CharField(_("file"), max_length=255)
    stored_file = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    mode = models.CharField(_("mode"), max_length=12, choices=Mode.choices, default=Mode.FULL)
    step = models.CharField(_("step"), max_length=12, choices=Step.choices, blank=True)
    progress = models.PositiveBigIntegerField(_("bytes read"), default=0)
    percent = models.PositiveSmallIntegerField(_("percent done"), default=0)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    dry_run = models.BooleanField(_("dry run"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=32, blank=True)
    message = models.TextField(_("what to do"), blank=True)
    stamp = models.DateTimeField(_("file made at"), null=True)
    accepted = models.PositiveIntegerField(_("accepted"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    skipped = models.PositiveIntegerField(_("skipped"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    hidden = models.PositiveIntegerField(_("hidden"), default=0)
    warnings = models.JSONField(_("warnings"), default=dict)
    samples = models.JSONField(_("examples"), default=dict)
    notified_at = models.DateTimeField(null=True, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("started by")
    )
    created_at = models.DateTimeField(_("created at"))
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    decision = models.CharField(_("decision"), max_length=9, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    follows = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="followed_by", verbose_name=_("follows")
    )
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by", verbose_name=_("takes back")
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrections", verbose_name=_("corrects rows of")
    )

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")
        ordering = ["-pk"]
        permissions = [("run_import", _("Can run, release and discard imports"))]
        indexes = [models.Index(fields=["source", "outcome"], name="di_run_source_outcome")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="done") | ~models.Q(outcome=""), name="di_run_done_has_outcome"
            ),
            models.CheckConstraint(
                condition=models.Q(decision="") | models.Q(outcome="held"), name="di_run_only_held_decided"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.file_name}"

    @property
    def is_undecided(self) -> bool:
        """Held, and staff must release or discard it."""
        return self.outcome == self.Outcome.HELD and not self.decision and not self.dry_run


class ImportFinding(models.Model):
    """One remark about one row, or about the file (line 0).

    A refused row keeps itself: ``record`` as it stood in the file, and ``fields`` by column if it could be taken apart,
    so that staff can correct it and feed it again.
    """

    class Severity(models.TextChoices):
        WARNING = "warning", _("warning")
        ERROR = "error", _("error")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="findings")
    code = models.CharField(_("code"), max_length=32)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices)
    line = models.PositiveIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=200, blank=True)
    raw = models.CharField(_("value"), max_length=200, blank=True)
    hint = models.TextField(_("what to do"), blank=True)
    record = models.TextField(_("row as delivered"), blank=True)
    fields = models.JSONField(_("values as delivered"), null=True)
    corrected_by = models.ForeignKey(
        ImportRun, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("corrected by")
    )

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["line", "pk"]
        indexes = [models.Index(fields=["run", "severity", "code"], name="di_finding_run_code")]

    def __str__(self) -> str:
        return f"{self.code} @ {self.line}"


class UndoEntry(models.Model):
    """What one run wrote into one field of one part, as texts; null is no value. Cheap: no foreign keys, one index."""

    run_id = models.BigIntegerField()
    part_id = models.BigIntegerField()
    field = models.CharField(max_length=32)
    old = models.TextField(null=True)  # noqa: DJ001 - an absent value is not an empty text
    new = models.TextField(null=True)  # noqa: DJ001

    class Meta:
        verbose_name = _("undo entry")
        verbose_name_plural = _("undo entries")
        indexes = [models.Index(fields=["run_id", "field"], name="di_undo_run_field")]

    def __str__(self) -> str:
        return f"#{self.run_id} {self.part_id}.{self.field}"


class FieldOwner(models.Model):
    """Who a part's field belongs to, where that is not its source's ``dms``. An import never overwrites a higher owner.

    The ranks rise: the dealer's system, the shop (staff have edited the field), a PIM ``source``, a lock by staff.
    """

    class Owner(models.TextChoices):
        SHOP = "shop", _("edited in the shop")
        PIM = "pim", _("product information system")
        LOCKED = "locked", _("locked by staff")

    part = models.ForeignKey("shopflow_parts.PartRecord", on_delete=models.CASCADE, related_name="field_owners")
    field = models.CharField(_("field"), max_length=32)
    owner = models.CharField(_("owner"), max_length=8, choices=Owner.choices)
    source = models.CharField(_("source"), max_length=64, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("owner of a field")
        verbose_name_plural = _("owners of fields")
        constraints = [models.UniqueConstraint(fields=["part", "field"], name="di_field_one_owner")]

    def __str__(self) -> str:
        return f"{self.part_id}.{self.field}: {self.owner}"


class ScheduledPrice(models.Model):
    """A price that holds from a later day on: net cents, from midnight in the shop's time zone.

    ``switched_at`` is set in the transaction that puts it into force, so that it does so once.
    """

    part = models.ForeignKey("shopflow_parts.PartRecord", on_delete=models.CASCADE, related_name="scheduled_prices")
    valid_from = models.DateField(_("valid from"))
    list_price_cents = models.PositiveIntegerField(_("net list price in cents"))
    price_per = models.PositiveSmallIntegerField(_("price is for"), default=1)
    sale_cents = models.PositiveIntegerField(_("net price of one sale in cents"))
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, null=True, related_name="+")
    switched_at = models.DateTimeField(_("in force since"), null=True)

    class Meta:
        verbose_name = _("scheduled price")
        verbose_name_plural = _("scheduled prices")
        constraints = [
            models.UniqueConstraint(
                fields=["part", "valid_from"], condition=models.Q(switched_at=None), name="di_price_once_a_day"
            )
        ]
        indexes = [models.Index(fields=["valid_from"], condition=models.Q(switched_at=None), name="di_price_due")]

    def __str__(self) -> str:
        return f"{self.part_id}: {self.sale_cents} ab {self.valid_from}"


class ParallelRun(models.Model):
    """One delivery read by two profiles, and how the parts differ. Nothing of it reaches the shop.

    ``result`` holds counts by kind and field, and examples: see ``services.compare_profiles``.
    """

    source = models.CharField(_("source"), max_length=64)
    old_profile = models.CharField(_("profile in use"), max_length=64)
    new_profile = models.CharField(_("new profile"), max_length=64)
    old_version = models.CharField(max_length=16)
    new_version = models.CharField(max_length=16)
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64)
    result = models.JSONField(_("differences"), default=dict)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("started by")
    )
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("parallel run")
        verbose_name_plural = _("parallel runs")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.old_profile} / {self.new_profile}: {self.file_name}"


class StoredProfile(models.Model):
    """A profile that staff keep in the shop. It takes the place of a shipped one of the same name.

    Its content is the newest of its versions; ``based_on`` is the profile that it was begun from.
    """

    name = models.CharField(_("name"), max_length=64, unique=True)
    based_on = models.CharField(_("based on"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("import profile")
        verbose_name_plural = _("import profiles")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProfileVersion(models.Model):
    """A profile as it was saved once. Never changed: runs name it by ``version``, the hash of its content."""

    profile = models.ForeignKey(StoredProfile, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    tables = models.JSONField(_("profile as it was"), default=dict)
    version = models.CharField(_("profile version"), max_length=16)
    note = models.CharField(_("note"), max_length=200, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("saved by")
    )
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("version of an import profile")
        verbose_name_plural = _("versions of import profiles")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["profile", "number"], name="di_profile_number_once")]

    def __str__(self) -> str:
        return f"{self.profile_id} v{self.number}"


class ProfileDraft(models.Model):
    """A profile in the making: a sample file, what staff have said about it so far, and its dry run."""

    name = models.CharField(_("name"), max_length=64, blank=True)
    based_on = models.CharField(_("based on"), max_length=64, blank=True)
    tables = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    file_name = models.CharField(_("file"), max_length=255)
    stored_file = models.CharField(max_length=255)
    run = models.ForeignKey(ImportRun, on_delete=models.SET_NULL, null=True, related_name="+")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("draft of an import profile")
        verbose_name_plural = _("drafts of import profiles")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name or self.file_name


class ImportOrigin(models.Model):
    """Where files come from, and when the shop looks for new ones.

    ``transport`` is the code of a transport, ``settings`` what its form asked for; secrets are not in it, only the
    names of environment variables. It is looked at every ``every_minutes`` or daily at ``at_time``; with neither, only
    when staff ask. Unless it ``applies`` by itself, a delivery ends as a dry run that staff apply.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    profile = models.CharField(_("import profile"), max_length=64)
    transport = models.CharField(_("way"), max_length=64)
    settings = models.JSONField(default=dict)
    enabled = models.BooleanField(_("switched on"), default=True)
    applies = models.BooleanField(_("apply by itself"), default=False)
    every_minutes = models.PositiveIntegerField(_("every … minutes"), null=True, blank=True)
    at_time = models.TimeField(_("daily at"), null=True, blank=True)
    keep_days = models.PositiveSmallIntegerField(_("keep files for … days"), default=30)
    due_at = models.DateTimeField(_("next look"), null=True, blank=True)
    checked_at = models.DateTimeField(_("last look"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("source of files")
        verbose_name_plural = _("sources of files")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(every_minutes=None) | models.Q(at_time=None), name="di_origin_one_schedule"
            ),
            models.CheckConstraint(
                condition=models.Q(every_minutes=None) | models.Q(every_minutes__gt=0), name="di_origin_minutes"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(enabled=True), name="di_origin_due")]

    def __str__(self) -> str:
        return self.name


class ReceivedFile(models.Model):
    """A file that an origin has delivered. The same content is taken once per source, however often it comes.

    ``remote_key`` and ``fingerprint`` (size, time, ETag, message number) let the shop recognise a file without
    fetching it again.
    """

    class State(models.TextChoices):
        TAKEN = "taken", _("taken")
        SAME = "same", _("received before")

    origin = models.ForeignKey(ImportOrigin, on_delete=models.PROTECT, related_name="files")
    remote_key = models.CharField(max_length=500)
    fingerprint = models.CharField(max_length=200)
    file_name = models.CharField(_("file"), max_length=255)
    source = models.CharField(max_length=64)
    sha256 = models.CharField("SHA-256", max_length=64)
    profile_version = models.CharField(max_length=16)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    stored_file = models.CharField(max_length=255, blank=True)
    run = models.ForeignKey(ImportRun, on_delete=models.SET_NULL, null=True, related_name="+")
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("received file")
        verbose_name_plural = _("received files")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["origin", "remote_key", "fingerprint"], name="di_received_remote_once"),
            models.UniqueConstraint(
                fields=["source", "sha256", "profile_version"],
                condition=models.Q(state="taken"),
                name="di_received_content_once",
            ),
        ]
        indexes = [models.Index(fields=["received_at"], name="di_received_at")]

    def __str__(self) -> str:
        return self.file_name
