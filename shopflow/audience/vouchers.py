"""What automations need for personal vouchers: giving one, naming it in a mail, asking when the last one was given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import DateTimeField, Max, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shopflow.audience import queries, services
from shopflow.audience.actions import OnContact
from shopflow.audience.fields import STANDING, add_field
from shopflow.audience.models import Contact, PersonalVoucher
from shopflow.contracts.automations import Outcome, RunContext, actions
from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.segments import FieldKind
from shopflow.contracts.types import JSONDict, Label, Scalar
from shopflow.core.links import absolute

NO_VOUCHERS = _("The shop gives no vouchers. Set a share in the settings of contacts.")


class VoucherForm(forms.Form):
    """Settings of the action."""

    days = forms.IntegerField(label=_("Valid for days"), min_value=1, max_value=365)
    percent = forms.IntegerField(
        label=_("Percent"),
        min_value=1,
        max_value=50,
        required=False,
        help_text=_("Empty: as the settings of contacts say."),
    )


@actions.register
class GiveVoucher(OnContact):
    """Settings: ``days``; ``percent``, else the shop's. Leaves it out where the shop gives none."""

    code = "give_voucher"
    label = _("give a personal voucher")
    description = _("Gives the person a voucher of their own, which ends after some days.")
    form_class = VoucherForm

    def act(self, contact: Contact, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        percent = int(settings.get("percent") or queries.audience_settings().voucher_percent)
        if not percent:
            return Outcome.skipped("no_voucher", NO_VOUCHERS)
        given = services.give_voucher(
            contact=contact,
            percent=percent,
            ends_at=services.end_of_day(int(settings["days"])),
            flow=context.flow,
            source_key=context.run_key[:128],
            at=context.now,
        )
        return Outcome.done("voucher_given" if given else "voucher_given_before", self.describe(settings))

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return gettext("give a personal voucher for %(days)s days") % {"days": settings.get("days", "…")}


@mail_contexts.register
class VoucherWords(MailContext):
    """``voucher_code``, ``voucher_percent``, ``voucher_until`` (a moment) and ``voucher_url``: the voucher that this
    automation has given last, as long as it can be used; else empty.
    """

    code = "voucher"
    label = _("Personal voucher")
    needs = frozenset({"email"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        given = queries.usable_voucher(email=str(subject["email"] or ""), flow=str(subject.get("flow") or ""))
        if given is None:
            return {"voucher_code": "", "voucher_percent": "", "voucher_until": "", "voucher_url": ""}
        return {
            "voucher_code": given.voucher.code,
            "voucher_percent": given.percent,
            "voucher_until": timezone.localtime(given.voucher.end_datetime),
            "voucher_url": absolute(reverse("shopflow-audience:voucher", args=[given.voucher.code])),
        }


def _last_voucher() -> Any:
    mine = PersonalVoucher.objects.filter(contact=OuterRef("pk")).order_by().values("contact")
    return Subquery(mine.annotate(latest=Max("given_at")).values("latest"), output_field=DateTimeField())


def _voucher_until() -> Any:
    """When the voucher ends that can be used longest; NULL for people without one that is unused."""
    mine = PersonalVoucher.objects.filter(contact=OuterRef("pk"), voucher__applications=None).order_by()
    ends = mine.values("contact").annotate(latest=Max("voucher__end_datetime")).values("latest")
    return Subquery(ends, output_field=DateTimeField())


add_field(
    code="voucher_until",
    label=_("end of the unused personal voucher"),
    description=_("The last day of the contact's voucher that has not been used."),
    group=STANDING,
    kind=FieldKind.MOMENT,
    value=_voucher_until,
)
add_field(
    code="voucher_last",
    label=_("last personal voucher"),
    description=_("When the contact was given the latest voucher of their own."),
    group=STANDING,
    kind=FieldKind.MOMENT,
    value=_last_voucher,
)
