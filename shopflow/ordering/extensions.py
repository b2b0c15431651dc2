"""What ordering plugs into the sockets: its event, and the basket's words for mails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_class, get_model

from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.types import JSONDict, Scalar
from shopflow.ordering import events  # noqa: F401
from shopflow.ordering.links import basket_restore_url


@mail_contexts.register
class BasketMailContext(MailContext):
    """``basket``, ``lines``, ``restore_url`` and ``customer_name``, at today's prices."""

    code = "basket"
    label = _("Basket")
    needs = frozenset({"basket_id"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        basket: Any = get_model("basket", "Basket").objects.select_related("owner").get(pk=subject["basket_id"])
        selector = get_class("partner.strategy", "Selector")()
        basket.strategy = selector.strategy(user=basket.owner or AnonymousUser())
        return {
            "basket": basket,
            "lines": list(basket.all_lines()),
            "restore_url": basket_restore_url(basket.pk),
            "customer_name": basket.owner.get_full_name() if basket.owner else "",
        }
