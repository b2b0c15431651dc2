"""Where an agreement or a refusal came from, in words: the ledger keeps codes, addresses of pages and automations."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.contracts.types import Label

_ORIGINS: dict[str, Label] = {
    "shopflow-audience:preferences": gettext_lazy("the page for choosing, opened by a link from an e-mail"),
    "shopflow-audience:account": gettext_lazy("the e-mail settings of the account"),
    "preferences": gettext_lazy("the page for choosing, opened by a link from an e-mail"),
    "checkout": gettext_lazy("the checkout"),
    "parts-garage-dates": gettext_lazy("the vehicles of the account"),
    "erasure": gettext_lazy("the erasure of the data"),
    "unsubscribed": gettext_lazy("the link or button to unsubscribe"),
    "complained": gettext_lazy("a report as spam"),
}


def origin_words(source: str) -> str:
    """What people call ``source``; itself where it needs no words, such as the address of a page."""
    if source in _ORIGINS:
        return str(_ORIGINS[source])
    kind, _colon, code = source.partition(":")
    if kind == "flow" and code:
        return _("the automation “%(code)s”") % {"code": code}
    return _("the page %(page)s of the shop") % {"page": source} if source.startswith("/") else source
