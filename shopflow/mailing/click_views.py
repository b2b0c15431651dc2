"""The door behind counted links of advertising mails."""

from __future__ import annotations

import logging

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shopflow.contracts.mail import never_counted
from shopflow.core import clock
from shopflow.mailing import services
from shopflow.mailing.links import absolute, site_url
from shopflow.mailing.machines import is_machine
from shopflow.mailing.measuring import Link, read_click
from shopflow.mailing.models import Message

logger = logging.getLogger("shopflow.mailing")


@never_counted
@never_cache
@require_safe
def click(request: HttpRequest, token: str) -> HttpResponse:
    """Lead on to where the link says, within the shop only, and count. Sets no cookie and keeps no address (IP).

    A token that we did not sign leads to the shop's home. Counting that fails keeps nobody from the page.
    """
    link = read_click(token)
    if link is None:
        return _to(absolute("/"))
    try:
        _count(request, link)
    except DatabaseError:
        logger.exception("A click in message %s was not counted", link.message)
    return _to(f"{site_url()}{link.target}")


def _to(address: str) -> HttpResponse:
    answer = HttpResponseRedirect(address)
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _count(request: HttpRequest, link: Link) -> None:
    known = Message.objects.only("to_email", "accepted_at", "counted_links")
    message = known.filter(pk=link.message, counted_links__gt=0).first()
    if message is not None:
        now = clock.now()
        machine = is_machine(request, taken_at=message.accepted_at, now=now)
        services.record_click(link=link, message=message, by_machine=machine, at=now)
