"""What a consumer gets to keep of a withdrawal: its words, and the moment it arrived."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from shopflow.core.links import absolute
from shopflow.legal.models import WithdrawalDeclaration

BERLIN = ZoneInfo("Europe/Berlin")


class Words(Protocol):
    """What a declaration says, before or after it was stored."""

    @property
    def name(self) -> str: ...
    @property
    def contract(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def scope(self) -> str: ...


def statement_of(words: Words) -> str:
    """The declaration in full, in the current language; what is stored, shown and mailed."""
    lines = [
        _("I hereby withdraw from the contract that I have concluded."),
        _("Name: %(name)s") % {"name": words.name},
        _("Contract: %(contract)s") % {"contract": words.contract},
        _("E-mail address for the confirmation of receipt: %(email)s") % {"email": words.email},
    ]
    if words.scope:
        lines.append(_("Only these goods: %(scope)s") % {"scope": words.scope})
    return "\n".join(lines)


def stamp(moment: datetime) -> str:
    """Date and time to the second, with the zone, as in “12.12.2026, 14:03:27 Uhr MEZ”."""
    local = moment.astimezone(BERLIN)
    zone = _("CEST") if local.dst() else _("CET")
    return _("%(date)s, %(time)s %(zone)s") % {
        "date": f"{local:%d.%m.%Y}",
        "time": f"{local:%H:%M:%S}",
        "zone": zone,
    }


def receipt_url(declaration: WithdrawalDeclaration) -> str:
    """The absolute address of the receipt; its token cannot be guessed."""
    return absolute(reverse("legal-withdraw-receipt", kwargs={"token": declaration.token}))


def receipt_text(declaration: WithdrawalDeclaration) -> str:
    """The receipt as plain text, to be saved."""
    return "\n".join(
        [
            _("Confirmation of receipt of your withdrawal"),
            "",
            _("Received: %(moment)s") % {"moment": stamp(declaration.received_at)},
            "",
            _("Your declaration:"),
            declaration.statement,
            "",
            _("This confirms that your declaration has arrived. We will get back to you about what follows."),
            _("Receipt number: %(token)s") % {"token": declaration.token},
            "SHA-256: " + declaration.sha256,
            "",
        ]
    )
