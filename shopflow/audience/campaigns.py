"""What automations need for campaigns: the voucher that ends with one, and its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shopflow.audience import services
from shopflow.audience.actions import OnContact
from shopflow.audience.forms import NoSettings
from shopflow.audience.models import Campaign, Contact
from shopflow.contracts.automations import Outcome, RunContext, actions
from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.types import JSONDict, Scalar
from shopflow.core.links import absolute


@actions.register
class GiveCampaignVoucher(OnContact):
    """A personal voucher with the campaign's share and end; left out once the campaign is over."""

    code = "give_campaign_voucher"
    label = _("give the campaign's voucher")
    description = _("Gives a personal voucher as the campaign says, unless the campaign is over.")
    needs = frozenset({"email", "campaign"})
    form_class = NoSettings

    def act(self, contact: Contact, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        campaign = Campaign.objects.filter(code=context.text("campaign")).first()
        if campaign is None or campaign.ends_at <= context.now:
            return Outcome.skipped("campaign_over", _("The campaign is over."))
        given = services.give_voucher(
            contact=contact,
            percent=campaign.percent,
            ends_at=campaign.ends_at,
            flow=context.flow,
            source_key=f"campaign:{campaign.pk}:{contact.pk}",
            at=context.now,
        )
        return Outcome.done("voucher_given" if given else "voucher_given_before", self.label)


@mail_contexts.register
class CampaignWords(MailContext):
    """``campaign_label``, ``campaign_text``, ``campaign_answers``, ``campaign_bonus``, ``campaign_percent``,
    ``campaign_opens`` and ``campaign_ends`` (moments) and ``campaign_url``, the product's page or the shop.
    """

    code = "campaign"
    label = _("Campaign")
    needs = frozenset({"campaign"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        campaign = Campaign.objects.select_related("product").get(code=str(subject["campaign"]))
        product = campaign.product
        page = product.get_absolute_url() if product is not None and product.is_public else reverse("catalogue:index")
        return {
            "campaign_label": campaign.label,
            "campaign_text": campaign.text,
            "campaign_answers": campaign.answers,
            "campaign_bonus": campaign.bonus,
            "campaign_percent": campaign.percent,
            "campaign_opens": campaign.opens_on,
            "campaign_ends": timezone.localtime(campaign.ends_at),
            "campaign_url": absolute(page),
        }
