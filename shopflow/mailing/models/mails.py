"""Messages and what keeps them from being sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shopflow.contracts.channels import MAIL
from shopflow.contracts.mail import MailClass
from shopflow.core.append_only import AppendOnly


class MessageState(models.TextChoices):
    PLANNED = "planned", _("planned")
    SUBMITTING = "submitting", _("being sent")
    ACCEPTED = "accepted", _("sent")
    DEFERRED = "deferred", _("waiting for another attempt")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("outcome unknown")
    SKIPPED = "skipped", _("not sent")


class MailKind(models.TextChoices):
    """The classes of ``contracts.mail.MailClass`` with their words for staff."""

    LEGAL = MailClass.LEGAL.value, _("required by law")
    TRANSACTIONAL = MailClass.TRANSACTIONAL.value, pgettext_lazy("kind of mail", "order or account")
    ADVERTISING = MailClass.ADVERTISING.value, _("advertising")
    STAFF = MailClass.STAFF.value, _("internal")


SENDABLE = (MessageState.PLANNED, MessageState.DEFERRED, MessageState.UNKNOWN)
"""States in which a message with a ``due_at`` is sent when its time has come."""


class Message(models.Model):
    """One mail to one address, rendered once. ``dedupe_key`` says what it is about: a second one is never made.

    ``due_at`` is when the next attempt is due, empty when none is. ``lease_until`` is wall-clock time: the worker
    that holds the message is dead when it is past. ``skip_code`` and ``last_error`` tell staff why it was not sent.
    ``notes`` holds sentences for staff, such as that a mail may have arrived twice. ``campaign`` names what sent it (a
    flow's code), ``not_after`` when it has become pointless. ``delivery_state`` follows from the ``MessageEvent`` rows.
    ``text_hash`` names the ``MailText`` it was made from, empty for the shipped one. ``channel`` is another way than
    mail; the message then goes to ``address``, while ``to_email`` still says who the person is. ``counted_links`` is in
    how many links the mail left with clicks being counted, 0 without the person's consent.
    """

    dedupe_key = models.CharField(max_length=200, unique=True)
    message_id = models.CharField(max_length=200, unique=True)
    template = models.CharField(_("template"), max_length=64)
    mail_class = models.CharField(_("kind"), max_length=16, choices=MailKind.choices)
    purpose = models.CharField(_("purpose"), max_length=32, blank=True)
    basis = models.CharField(_("legal basis"), max_length=32, blank=True)
    channel = models.CharField(_("channel"), max_length=64, default=MAIL)
    address = models.CharField(_("address in the channel"), max_length=128, blank=True)
    to_email = models.CharField(_("recipient"), max_length=254)
    email_hash = models.CharField(max_length=64)
    language = models.CharField(_("language"), max_length=8)
    subject = models.CharField(_("subject"), max_length=255)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    attachments = models.JSONField(default=list)
    reference = models.CharField(_("reference"), max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=MessageState.choices, default=MessageState.PLANNED)
    skip_code = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"), null=True)
    lease_until = models.DateTimeField(null=True)
    last_error = models.TextField(_("reason"), blank=True)
    notes = models.JSONField(_("notes"), default=list)
    provider_id = models.CharField(_("provider's number"), max_length=200, blank=True)
    delivery_state = models.CharField(pgettext_lazy("mail", "delivery"), max_length=16, blank=True)
    text_hash = models.CharField(max_length=64, blank=True)
    campaign = models.CharField(_("flow or campaign"), max_length=64, blank=True)
    not_after = models.DateTimeField(_("pointless after"), null=True)
    created_at = models.DateTimeField(_("created"))
    submitted_at = models.DateTimeField(_("handed over"), null=True)
    accepted_at = models.DateTimeField(_("sent"), null=True)
    counted_links = models.PositiveSmallIntegerField(_("links whose clicks are counted"), default=0)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["planned", "deferred"]) | Q(due_at__isnull=False), name="sf_message_due_known"
            ),
            models.CheckConstraint(
                condition=~Q(mail_class="advertising") | (~Q(purpose="") & ~Q(basis="")),
                name="sf_message_advertising_has_basis",
            ),
            models.CheckConstraint(condition=~Q(channel="mail") | Q(address=""), name="sf_message_mail_by_email"),
            models.CheckConstraint(
                condition=(Q(state="skipped") & ~Q(skip_code="")) | (~Q(state="skipped") & Q(skip_code="")),
                name="sf_message_skip_has_code",
            ),
            models.CheckConstraint(
                condition=(Q(state="accepted") & Q(accepted_at__isnull=False))
                | (~Q(state="accepted") & Q(accepted_at__isnull=True)),
                name="sf_message_accepted_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=["planned", "deferred", "unknown"]) & Q(due_at__isnull=False),
                name="sf_message_due",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=["planned", "deferred", "unknown"])
                & Q(due_at__isnull=False)
                & ~Q(mail_class="advertising"),
                name="sf_message_due_first",
            ),
            models.Index(
                fields=["template", "accepted_at"], condition=Q(mail_class="advertising"), name="sf_message_advert"
            ),
            models.Index(fields=["lease_until"], condition=Q(state="submitting"), name="sf_message_submitting"),
            models.Index(
                fields=["state", "-id"], condition=Q(state__in=["failed", "unknown"]), name="sf_message_trouble"
            ),
            models.Index(
                fields=["delivery_state", "-id"],
                condition=Q(delivery_state__in=["bounced", "complained"]),
                name="sf_message_undelivered",
            ),
            models.Index(fields=["email_hash", "-id"], name="sf_message_person"),
            models.Index(fields=["reference", "-id"], condition=~Q(reference=""), name="sf_message_reference"),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="sf_message_provider"),
            models.Index(fields=["created_at"], condition=~Q(campaign=""), name="sf_message_campaign"),
            models.Index(
                fields=["mail_class", "created_at"],
                condition=~Q(to_email="", address="") & Q(state__in=["accepted", "failed", "unknown", "skipped"]),
                name="sf_message_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.address or self.to_email}"

    @property
    def is_mail(self) -> bool:
        return self.channel == MAIL

    @property
    def is_advertising(self) -> bool:
        return self.mail_class == MailClass.ADVERTISING


class HandOver(models.Model):
    """A group of messages that a worker hands over one after the other, as long as it does.

    ``keys`` are the messages in their order; ``position`` is which of them is in hand, from 1, and 0 before the first.
    ``lease_until`` is the lease that they share.
    """

    keys = models.JSONField()
    position = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("group of messages on its way")
        verbose_name_plural = _("groups of messages on their way")

    def __str__(self) -> str:
        return f"{self.position} of {len(self.keys)}"


class Suppression(models.Model):
    """Mail that must not go to an address. The address itself is not kept, only its SHA-256.

    ``scope`` is ``all`` (nothing but what the law demands), ``advertising``, or one purpose. With ``expires_at`` the
    block ends by itself.
    """

    ALL = "all"
    ADVERTISING = "advertising"

    class Reason(models.TextChoices):
        UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
        BOUNCED = "bounced", _("the address does not exist")
        SOFT_BOUNCES = "soft_bounces", _("could not be delivered several times")
        REJECTED = "rejected", _("the provider refuses mail to this address")
        COMPLAINED = "complained", _("reported as spam")
        MANUAL = "manual", _("blocked by staff")
        ERASED = "erased", _("data erased at the person's wish")

    email_hash = models.CharField(max_length=64)
    scope = models.CharField(_("scope"), max_length=32)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices)
    source = models.CharField(_("source"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("since"))
    expires_at = models.DateTimeField(pgettext_lazy("block", "until"), null=True)

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        constraints = [
            models.UniqueConstraint(fields=["email_hash", "scope", "reason"], name="sf_suppression_once"),
        ]

    def __str__(self) -> str:
        return f"{self.email_hash[:12]}… {self.scope}: {self.get_reason_display()}"


class MessageEvent(models.Model):
    """What a provider reported about a message, each report once. Without a message nobody knows (yet) whose it is.

    ``kind`` is anymail's name of the event. ``words`` is what the other mail server said, ``is_soft`` whether a bounce
    may pass.
    """

    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="events")
    provider = models.CharField(_("provider"), max_length=32)
    event_id = models.CharField(max_length=200)
    provider_number = models.CharField(max_length=200, blank=True)
    kind = models.CharField(_("report"), max_length=16)
    is_soft = models.BooleanField(default=False)
    reject_reason = models.CharField(max_length=32, blank=True)
    words = models.TextField(blank=True)
    occurred_at = models.DateTimeField(_("when"))
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("report of a provider")
        verbose_name_plural = _("reports of providers")
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="sf_message_event_once")]
        indexes = [
            models.Index(
                fields=["provider_number"],
                condition=Q(message__isnull=True) & ~Q(provider_number=""),
                name="sf_message_event_orphan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.kind}"


class LinkClick(models.Model):
    """That a link of an advertising mail was followed, with the person's consent; neither address nor browser is kept.

    ``number`` is the link's place in the mail, from 1. ``by_machine``: a scanner or a prefetch, as far as one can tell.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="clicks")
    number = models.PositiveSmallIntegerField(_("link"))
    at = models.DateTimeField(_("when"), db_index=True)
    by_machine = models.BooleanField(_("by a machine"))

    class Meta:
        verbose_name = _("click in a mail")
        verbose_name_plural = _("clicks in mails")
        constraints = [models.CheckConstraint(condition=Q(number__gte=1), name="sf_link_click_numbered")]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.number}"


class SendingLimit(models.Model):
    """How many mails a minute may go out, to one recipient domain or (``ALL``) together; ``EACH`` is for any domain
    without a row of its own. Zero means no limit."""

    ALL = ""
    EACH = "*"

    domain = models.CharField(_("recipient domain"), max_length=253, unique=True, blank=True)
    per_minute = models.PositiveIntegerField(_("mails per minute"))

    class Meta:
        verbose_name = _("sending limit")
        verbose_name_plural = _("sending limits")

    def __str__(self) -> str:
        return f"{self.domain or 'all'}: {self.per_minute}/min"


class SendingPace(models.Model):
    """How far a limit is used up. ``free_at`` is when the mails allowed so far will have been worked off at the
    limit's pace, ``spread_until`` where the mails that had to wait have been put."""

    domain = models.CharField(max_length=253, unique=True, blank=True)
    free_at = models.DateTimeField()
    spread_until = models.DateTimeField()

    class Meta:
        verbose_name = _("sending pace")
        verbose_name_plural = _("sending paces")

    def __str__(self) -> str:
        return f"{self.domain or 'all'}: {self.free_at:%H:%M:%S}"


class AdvertisingPause(models.Model):
    """Advertising of one template or campaign that is held because too many mails bounced or were reported as spam.

    ``sent``, ``bounced`` and ``complained`` are the numbers that led to it. Staff end it.
    """

    class Kind(models.TextChoices):
        TEMPLATE = "template", _("template")
        CAMPAIGN = "campaign", _("flow or campaign")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    code = models.CharField(max_length=64)
    sent = models.PositiveIntegerField()
    bounced = models.PositiveIntegerField()
    complained = models.PositiveIntegerField()
    started_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("pause of advertising")
        verbose_name_plural = _("pauses of advertising")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"], condition=Q(ended_at__isnull=True), name="sf_advertising_pause_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class MailText(AppendOnly):
    """A version of a mail's text that staff have written in place of the shipped one; never changed.

    ``subject``, ``preheader`` and ``body`` (HTML) are written in the language of ``texts.language``; ``text`` is made
    from the body. ``content_hash`` is the SHA-256 of all of it, ``shipped_hash`` that of the shipped words it replaced.
    ``corrects`` names the edition whose typing errors it corrects, empty for words that say something else.
    """

    code = models.CharField(_("template"), max_length=64)
    language = models.CharField(_("language"), max_length=8)
    version = models.PositiveIntegerField(_("version"))
    subject = models.CharField(_("subject"), max_length=255)
    preheader = models.CharField(_("preview line"), max_length=255, blank=True)
    body = models.TextField(_("text"))
    text = models.TextField()
    content_hash = models.CharField(max_length=64)
    shipped_hash = models.CharField(max_length=64)
    corrects = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("text of a mail")
        verbose_name_plural = _("texts of mails")
        constraints = [
            models.UniqueConstraint(fields=["code", "language", "version"], name="sf_mail_text_version"),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.language}) {self.version}"

    @property
    def edition(self) -> str:
        """What a mail is bound to: the words, typing errors aside."""
        return self.corrects or self.content_hash


class MailTextInUse(models.Model):
    """Which version of a text is sent; without a row, or with none, it is the shipped one."""

    code = models.CharField(max_length=64)
    language = models.CharField(max_length=8)
    text = models.ForeignKey(MailText, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("text in use")
        verbose_name_plural = _("texts in use")
        constraints = [models.UniqueConstraint(fields=["code", "language"], name="sf_mail_text_in_use_once")]

    def __str__(self) -> str:
        return f"{self.code} ({self.language})"


class MailSettings(models.Model):
    """Who the shop's mails come from; a single row that staff edit."""

    sender_name = models.CharField(_("sender name"), max_length=100, blank=True)
    sender_address = models.EmailField(_("sender address"), blank=True)
    reply_to = models.EmailField(_("reply to"), blank=True)

    class Meta:
        verbose_name = _("mail settings")
        verbose_name_plural = _("mail settings")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="sf_mail_settings_single_row")]

    def __str__(self) -> str:
        return self.sender_address
