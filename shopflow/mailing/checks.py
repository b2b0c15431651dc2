from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning
from django.template import engines
from django.utils.module_loading import import_string

from shopflow.mailing.wording import offences

QUEUE = "shopflow.mailing.backends.QueueBackend"
MAILBOX = "shopflow.mailing.backends.MailboxBackend"


@register("shopflow")
def transport_is_a_mail_system(**kwargs: Any) -> list[CheckMessage]:
    """E001: the transport cannot be loaded, or is the queue itself, so that no mail would ever leave."""
    name = settings.SHOPFLOW_MAIL_TRANSPORT
    if name == QUEUE:
        hint = "Set EMAIL_URL, or EMAIL_BACKEND to the backend of your mail provider."
        return [Error("SHOPFLOW_MAIL_TRANSPORT is the queue itself.", hint=hint, id="shopflow.mailing.E001")]
    try:
        import_string(name)
    except ImportError as error:
        hint = "Correct EMAIL_BACKEND; for providers it reads “anymail.backends.<provider>.EmailBackend”."
        message = f"The mail backend “{name}” cannot be loaded: {error}"
        return [Error(message, hint=hint, id="shopflow.mailing.E001")]
    return []


@register("shopflow")
def transactional_templates_do_not_advertise(**kwargs: Any) -> list[CheckMessage]:
    """E002: a mail template that is not marked as advertising holds advertising words."""
    found: list[CheckMessage] = []
    for folder in engines["django"].template_dirs:
        for path, words in offences(Path(folder) / "mail"):
            found.append(
                Error(
                    f"{path} is no advertising template but says {', '.join(words)}.",
                    hint="Take the words out, or mark body.html with {# advertising #} in its first line.",
                    id="shopflow.mailing.E002",
                )
            )
    return found


@register("shopflow", deploy=True)
def mails_leave_the_house(**kwargs: Any) -> list[CheckMessage]:
    """W001: in production mails still go into the local mailbox."""
    if settings.SHOPFLOW_MAIL_TRANSPORT != MAILBOX:
        return []
    hint = "Set EMAIL_URL (smtp+tls://user:password@host:587), or EMAIL_BACKEND with the ANYMAIL_ variables."
    return [CheckWarning("Mails stay in the local mailbox.", hint=hint, id="shopflow.mailing.W001")]
