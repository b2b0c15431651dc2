"""What the delivery room lends to automations: words for mails, a question, and the reminder of unused downloads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.automations import Condition, Flow, FlowDefinition, RunContext, Verdict, conditions, flows
from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.types import JSONDict, Scalar
from shopflow.delivery.links import access_url
from shopflow.delivery.models import AccessGrant


@mail_contexts.register
class AccessMailContext(MailContext):
    """``access_title`` and ``access_url``: what was bought, and a fresh link to it. ``access_ends``: when it ends,
    None if it does not.
    """

    code = "access"
    label = _("Access to a digital good")
    needs = frozenset({"grant_id"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        grant = AccessGrant.objects.select_related("good__product").get(pk=int(subject["grant_id"] or 0))
        return {
            "access_title": grant.good.product.get_title(),
            "access_url": access_url(grant),
            "access_ends": grant.expires_at,
        }


@conditions.register
class AccessUnused(Condition):
    """The buyer may use the good and has not opened it yet."""

    code = "access_unused"
    label = _("the digital good has not been opened yet")
    description = _("Asks whether the buyer may use the digital good and has not opened it yet.")
    needs = frozenset({"grant_id"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        grant = AccessGrant.objects.filter(pk=context.integer("grant_id")).first()
        if grant is None:
            return Verdict(None, _("The access does not exist any more."))
        if grant.state != AccessGrant.State.ACTIVE:
            return Verdict(False, _("The access is not open: %(state)s.") % {"state": grant.get_state_display()})
        if grant.first_used_at is not None:
            return Verdict(False, _("The digital good has been opened."))
        return Verdict(True, _("The digital good has not been opened yet."))


def _mail(step: str, template: str) -> JSONDict:
    return {
        "id": step,
        "kind": "action",
        "action": "send_mail",
        "settings": {
            "template": template,
            "mail_class": "transactional",
            "contexts": ["order", "access", "legal"],
        },
        "recheck": [{"condition": "access_unused"}],
        "max_lateness": {"days": 14},
    }


@flows.register
class UnusedDownloadFlow(Flow):
    code = "unused_download"
    label = _("Download not used yet")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Sends buyers of digital goods a fresh link after three days, offers help after ten, and reminds them "
                "a week before their access ends."
            ),
            reason=_(
                "The shop owes access to what was bought; telling the buyer how to get it performs the contract "
                "(Art. 6 (1) b GDPR, § 327b BGB). The mails name nothing but the good, so they are no advertising."
            ),
            enabled=True,
            definition={
                "schema": 2,
                "trigger": {"event": "access_granted"},
                "entry_key": "grant:{grant_id}",
                "exits": [
                    {
                        "event": "order_status_changed",
                        "match": ["order_id"],
                        "where": {"new_status": ["cancelled", "returned"]},
                    },
                    {"event": "withdrawal_declared", "match": ["order_id"]},
                ],
                "steps": [
                    {"id": "three_days", "kind": "wait", "for": {"days": 3}, "at": "10:00"},
                    _mail("fresh_link", "download_waiting"),
                    {"id": "week", "kind": "wait", "for": {"days": 7}},
                    _mail("help", "download_help"),
                    {
                        "id": "last_week",
                        "kind": "wait",
                        "until_date": {"field": "ends_on", "before": {"days": 7}, "at": "10:00", "past": "stop"},
                    },
                    {**_mail("ending", "download_ending"), "max_lateness": {"days": 5}},
                ],
            },
        )
