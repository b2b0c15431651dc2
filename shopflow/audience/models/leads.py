"""Where contacts and orders came from. Nothing is kept about visitors who have not acted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shopflow.audience.models.contacts import Contact


class ShareLink(models.Model):
    """A short address for one post or one recommending customer: ``/l/<code>/`` leads to ``target``.

    ``contact`` is the customer whose recommendation it is; empty for the shop's own posts.
    """

    class Channel(models.TextChoices):
        LINKEDIN = "linkedin", "LinkedIn"
        FACEBOOK = "facebook", "Facebook"
        INSTAGRAM = "instagram", "Instagram"
        YOUTUBE = "youtube", "YouTube"
        PRINT = "print", _("Print, QR code")
        REFERRAL = "referral", _("Recommendation")
        OTHER = "other", _("Other")

    code = models.SlugField(_("code in the address"), max_length=40, unique=True)
    label = models.CharField(_("post or occasion"), max_length=120)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    campaign = models.SlugField(_("campaign"), max_length=60, blank=True)
    target = models.CharField(_("leads to"), max_length=300, default="/")
    contact = models.OneToOneField(
        Contact, on_delete=models.CASCADE, null=True, blank=True, related_name="referral_link"
    )
    visits = models.PositiveIntegerField(_("visits"), default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("share link")
        verbose_name_plural = _("share links")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(target__startswith="/") & ~Q(target__startswith="//"), name="sf_share_target_is_ours"
            )
        ]

    def __str__(self) -> str:
        return self.label


class LeadSource(models.Model):
    """The words of the address that brought somebody here."""

    source = models.CharField(_("source"), max_length=100, blank=True)
    medium = models.CharField(_("medium"), max_length=100, blank=True)
    campaign = models.CharField(_("campaign"), max_length=100, blank=True)
    content = models.CharField(_("content"), max_length=100, blank=True)
    term = models.CharField(_("search term"), max_length=100, blank=True)
    share_link = models.ForeignKey(
        ShareLink, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("share link")
    )
    landing = models.CharField(_("first page"), max_length=300, blank=True)
    at = models.DateTimeField(_("time"))

    class Meta:
        abstract = True


class Touch(LeadSource):
    """The first, or the latest, way in which a contact came here and then did something."""

    class Which(models.TextChoices):
        FIRST = "first", _("first act")
        LAST = "last", _("latest act")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="touches")
    which = models.CharField(max_length=5, choices=Which.choices)

    class Meta:
        verbose_name = _("lead source")
        verbose_name_plural = _("lead sources")
        constraints = [models.UniqueConstraint(fields=["contact", "which"], name="sf_touch_once")]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.which}: {self.source}"


class BasketLead(LeadSource):
    """What led to a basket, kept from the moment goods are put into it until it is ordered or forgotten."""

    basket = models.OneToOneField("basket.Basket", on_delete=models.CASCADE, primary_key=True, related_name="+")

    class Meta:
        verbose_name = _("source of a basket")
        verbose_name_plural = _("sources of baskets")

    def __str__(self) -> str:
        return f"{self.basket_id}: {self.source}"
