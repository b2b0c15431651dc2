from __future__ import annotations

from django.conf import settings
from django.utils import translation
from oscar.core.loading import get_model

from shopflow.contracts.mail import MailClass, mail_contexts
from shopflow.contracts.types import JSONDict
from shopflow.core import clock
from shopflow.delivery.links import access_url
from shopflow.delivery.models import AccessGrant
from shopflow.mailing.services import queue_message


def send_access_mail(*, order_id: int, grant_ids: list[int], dedupe_key: str = "") -> None:
    """Tell the buyer where the unlocked goods are; once for each set of goods that was unlocked together."""
    grants = list(AccessGrant.objects.filter(pk__in=grant_ids).select_related("good__product").order_by("pk"))
    with translation.override(settings.LANGUAGE_CODE):
        context = _context(order_id, grants)
    queue_message(
        dedupe_key=dedupe_key or f"order:{order_id}:access:{grants[0].pk}",
        template="access_ready",
        to=grants[0].email,
        context=context,
        mail_class=MailClass.TRANSACTIONAL,
        language=settings.LANGUAGE_CODE,
        reference=f"order:{order_id}",
    )


def _context(order_id: int, grants: list[AccessGrant]) -> JSONDict:
    context = {
        "order": get_model("order", "Order").objects.get(pk=order_id),
        "goods": [
            {"title": grant.good.product.get_title(), "url": access_url(grant), "keys": _keys(grant)}
            for grant in grants
        ],
    }
    if "legal" in mail_contexts:
        context |= mail_contexts.get("legal").context({"order_id": order_id})
    return context


def _keys(grant: AccessGrant) -> list[str]:
    return list(grant.licence_keys.order_by("pk").values_list("key", flat=True))


def send_new_link(*, grant: AccessGrant) -> None:
    """Send the buyer a fresh link, because the old one is too old; at most once an hour."""
    send_access_mail(
        order_id=grant.order_id,
        grant_ids=[grant.pk],
        dedupe_key=f"access:{grant.pk}:link:{clock.now():%Y-%m-%dT%H}",
    )
