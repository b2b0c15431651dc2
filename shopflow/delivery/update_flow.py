"""The flow “New edition”: whoever has bought a digital good hears what is new in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.automations import Condition, Flow, FlowDefinition, RunContext, Verdict, conditions, flows
from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.types import JSONDict, Scalar
from shopflow.core import clock
from shopflow.delivery.models import AccessGrant, DigitalFile


@mail_contexts.register
class EditionWords(MailContext):
    """``editions``: label, version and changes of the good's current files that came with the event's or after it."""

    code = "editions"
    label = _("New editions of a digital good")
    needs = frozenset({"good_id", "file_id"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        first = DigitalFile.objects.get(pk=int(subject["file_id"] or 0))
        new = DigitalFile.objects.filter(good_id=first.good_id, is_current=True, uploaded_at__gte=first.uploaded_at)
        return {
            "editions": [
                {"label": file.label, "version": file.version or str(file.edition), "changes": file.changes}
                for file in new.order_by("label")
            ]
        }


@conditions.register
class AccessOpen(Condition):
    """The buyer may use the good now."""

    code = "access_open"
    label = _("the access to the digital good is open")
    description = _("Asks whether the buyer may use the digital good now.")
    needs = frozenset({"grant_id"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        grant = AccessGrant.objects.filter(pk=context.integer("grant_id")).first()
        if grant is None:
            return Verdict(None, _("The access does not exist any more."))
        if grant.expires_at is not None and grant.expires_at <= clock.now():
            return Verdict(False, _("The access has ended."))
        state = grant.get_state_display()
        return Verdict(grant.state == AccessGrant.State.ACTIVE, _("The access is “%(state)s”.") % {"state": state})


@flows.register
class NewEditionFlow(Flow):
    code = "new_edition"
    label = _("New edition of a digital good")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Tells everybody whose access is open what is new in a digital good, an hour after the upload, so that "
                "files that are uploaded together make one mail."
            ),
            reason=_(
                "The shop owes updates as long as they can be expected, and must tell of them (§ 327f BGB); so the "
                "mail performs the contract and needs no consent (Art. 6 (1) b and c GDPR). It names the bought good "
                "and nothing else."
            ),
            enabled=True,
            definition={
                "schema": 2,
                "trigger": {"event": "file_update_available"},
                "entry_key": "good:{good_id}",
                "reentry": {"mode": "after_exit"},
                "exits": [
                    {
                        "event": "order_status_changed",
                        "match": ["order_id"],
                        "as": "subject_gone",
                        "where": {"new_status": ["returned", "cancelled"]},
                    },
                    {"event": "withdrawal_declared", "match": ["order_id"], "as": "subject_gone"},
                ],
                "steps": [
                    {"id": "together", "kind": "wait", "for": {"hours": 1}},
                    {
                        "id": "mail",
                        "kind": "action",
                        "action": "send_mail",
                        "settings": {
                            "template": "new_edition",
                            "mail_class": "transactional",
                            "contexts": ["order", "access", "editions"],
                        },
                        "recheck": [{"condition": "access_open"}],
                        "max_lateness": {"days": 14},
                    },
                ],
            },
        )
