"""What automations need for documents on request: words, a question, and the step from confirmed address to file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shopflow.audience import services
from shopflow.audience.events import ConsentChanged
from shopflow.audience.fields import STANDING, add_field
from shopflow.audience.forms import NoSettings
from shopflow.audience.models import LeadMagnet, LeadMagnetRequest
from shopflow.audience.order_fields import UNDONE, in_categories
from shopflow.contracts.automations import Condition, RunContext, Verdict, conditions
from shopflow.contracts.events import EventSubscriber, PublishedEvent, subscribers
from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.segments import FieldKind
from shopflow.contracts.types import JSONDict, Scalar


@subscribers.register
class OpenRequestedDocuments(EventSubscriber):
    """A confirmed address opens the documents that were asked for with it."""

    code = "audience_documents"
    label = _("Send documents on request")
    events = frozenset({"consent_changed"})

    def handle(self, published: PublishedEvent) -> None:
        event = published.event
        assert isinstance(event, ConsentChanged)  # noqa: S101 - the registry delivers no other
        if event.purpose == "lead_magnet" and event.action in ("confirm", "grant"):
            services.confirm_magnets(email=event.email)


@mail_contexts.register
class MagnetWords(MailContext):
    """``magnet_title``, ``magnet_url`` and ``magnet_until``: the document, its link, and until when the link opens.
    ``magnet_goods``: the newest products of its category.
    """

    code = "lead_magnet"
    label = _("Document on request")
    needs = frozenset({"request_id"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        asked = LeadMagnetRequest.objects.select_related("magnet__category").get(pk=int(subject["request_id"] or 0))
        words = services.magnet_words(asked)
        until = asked.expires_at
        return {**words, "magnet_until": timezone.localtime(until) if until else ""}


@conditions.register
class BoughtOnSubject(Condition):
    """Whether the person has ordered goods of the document's category since; any goods where it has none."""

    code = "bought_on_subject"
    label = _("has ordered what the document is about")
    description = _("Asks whether the person has ordered since what the document is about.")
    needs = frozenset({"email", "request_id"})
    form_class = NoSettings

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        asked = LeadMagnetRequest.objects.select_related("magnet").filter(pk=context.integer("request_id")).first()
        if asked is None or context.began_at is None:
            return Verdict(None, gettext("The request does not exist any more."))
        lines = (
            get_model("order", "Line")
            .objects.filter(order__contact_link__contact=asked.contact_id, order__date_placed__gte=context.began_at)
            .exclude(order__status__in=UNDONE)
        )
        if asked.magnet.category_id:
            lines = lines.filter(in_categories([asked.magnet.category_id]))
        if lines.exists():
            return Verdict(True, gettext("Has ordered what the document is about."))
        return Verdict(False, gettext("Has not ordered what the document is about."))


def _asked_for(values: Any) -> Any:
    rows = LeadMagnetRequest.objects.filter(contact=OuterRef("pk"))
    return Exists(rows.filter(magnet__slug__in=values) if values else rows)


add_field(
    code="documents_requested",
    label=_("has asked for documents"),
    description=_("The documents that the contact has asked for with a confirmed address."),
    group=STANDING,
    kind=FieldKind.MANY,
    holds=_asked_for,
    choices=lambda: list(LeadMagnet.objects.values_list("slug", "title")),
)
