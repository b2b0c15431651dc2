"""What the linter cannot read off a definition: the shop's texts and other rows, test runs, quiet hours, the date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from django.db.models import Q
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from shopflow.automations import rows
from shopflow.automations.calendars import Rules
from shopflow.automations.definitions import Act, Definition, read
from shopflow.automations.definitions.mentions import TEMPLATE, mentions, templates_of
from shopflow.automations.definitions.naming import fingerprint
from shopflow.automations.linting import MAX_WAYS, ways
from shopflow.automations.models import WalkedWay
from shopflow.contracts.automations import flows
from shopflow.contracts.events import events
from shopflow.contracts.linting import Facts, TextFacts
from shopflow.contracts.types import JSONDict, Label
from shopflow.core import clock
from shopflow.mailing.links import site_url
from shopflow.mailing.models import MailTextInUse
from shopflow.mailing.texts import shipped

LINK = re.compile(r"""\bhref\s*=\s*["']([^"'{}]+)["']""", re.IGNORECASE)
CODE = re.compile(r"\b[A-Z0-9][A-Z0-9-]{3,}\b")
"""What looks like a voucher's code."""


def facts_about(raw: JSONDict) -> Facts:
    """Everything that is known about the definition ``raw``, which can be read."""
    definition = read(raw)
    stored = Rules.of_now().stored
    quiet = None if stored.quiet_from == stored.quiet_until else (stored.quiet_from, stored.quiet_until)
    return Facts(
        today=timezone.localdate(clock.now()),
        texts=_texts(_templates(definition)),
        walked=walked(raw),
        quiet=quiet,
        quiet_sundays=stored.quiet_sundays,
        silent=_silent(definition.trigger.event),
        rows=rows.existing(mentions(definition)),
    )


def _silent(event: str) -> dict[str, Label]:
    """The event with the reason why it cannot come; nothing if it can, or is not installed."""
    reason = events.get(event).silent_because() if event in events else ""
    return {event: reason} if reason else {}


def is_delivered(sha256: str) -> bool:
    """Whether a definition is, word for word, one that comes with the shop or a plugin."""
    return any(fingerprint(flow.define().definition) == sha256 for flow in flows)


def walked(raw: JSONDict) -> frozenset[str]:
    """The ways through ``raw`` that were tested. Those of a delivered definition were, by whoever delivers it."""
    sha256 = fingerprint(raw)
    if is_delivered(sha256):
        return frozenset(ways(read(raw))[:MAX_WAYS])
    return frozenset(WalkedWay.objects.filter(sha256=sha256).values_list("way", flat=True))


def _templates(definition: Definition) -> list[str]:
    acts = [step for step in definition.steps if isinstance(step, Act) and TEMPLATE in step.settings]
    return sorted({template for act in acts for template in templates_of(act, definition)})


def _texts(templates: Iterable[str]) -> dict[str, TextFacts]:
    """Those of ``templates`` that exist, with what is known of them."""
    known = set(shipped.codes())
    wanted = [template for template in templates if template in known]
    used = MailTextInUse.objects.filter(code__in=wanted, text__isnull=False).select_related("text")
    written = {choice.code: choice.text for choice in used}
    found = {}
    for template in wanted:
        text = written.get(template)
        found[template] = TextFacts(
            written_on=None if text is None else timezone.localdate(text.created_at),
            advertises=shipped.is_marked(template, shipped.ADVERTISING),
            troubles=() if text is None else tuple(troubles_in(f"{text.subject} {text.preheader} {text.body}")),
        )
    return found


def troubles_in(words: str) -> Iterator[str]:
    """Sentences about links of ``words`` into the shop that lead nowhere, and vouchers that have expired."""
    for address in dict.fromkeys(LINK.findall(words)):
        if (trouble := _trouble_with(address)) is not None:
            yield trouble
    codes = set(CODE.findall(words))
    vouchers = get_model("voucher", "Voucher")._default_manager.filter(code__in=codes) if codes else ()
    for voucher in vouchers:
        if voucher.end_datetime is not None and voucher.end_datetime < clock.now():
            yield _("The voucher %(code)s has expired.") % {"code": voucher.code}


def _trouble_with(address: str) -> str | None:
    parts = urlsplit(address)
    if parts.scheme not in ("", "http", "https") or parts.netloc not in ("", urlsplit(site_url()).netloc):
        return None
    if not parts.path.startswith("/"):
        return None
    try:
        match = resolve(parts.path)
    except Resolver404:
        return _("The link %(link)s leads nowhere.") % {"link": address}
    key = match.kwargs.get("pk") if match.view_name == "catalogue:detail" else None
    if key is None:
        return None
    products = get_model("catalogue", "Product")._default_manager
    shown = products.filter(Q(parent__isnull=True) | Q(parent__is_public=True), pk=key, is_public=True)
    return None if shown.exists() else _("The product behind %(link)s is not on sale.") % {"link": address}
