from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning
from django.template import engines
from django.utils.module_loading import import_string

from shopflow.contracts.channels import sms_senders
from shopflow.mailing.wording import offences

QUEUE = "shopflow.mailing.backends.QueueBackend"
LEAST_SECRET = 16
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


@register("shopflow")
def webhook_secret_can_match(**kwargs: Any) -> list[CheckMessage]:
    """E003: the secret of the provider's reports is not of the form that providers send, or easily guessed."""
    given = getattr(settings, "ANYMAIL", {}).get("WEBHOOK_SECRET")
    secrets = [given] if isinstance(given, str) else list(given or ())
    if all(re.fullmatch(r"[^:]+:.+", secret) and len(secret) >= LEAST_SECRET for secret in secrets):
        return []
    hint = f"Set ANYMAIL_WEBHOOK_SECRET to “user:password” with at least {LEAST_SECRET} characters."
    return [Error("The secret of the mail provider's reports is unusable.", hint=hint, id="shopflow.mailing.E003")]


@register("shopflow", deploy=True)
def bounces_are_told(**kwargs: Any) -> list[CheckMessage]:
    """W002: mails go out through a provider that reports bounces and complaints, and nobody listens."""
    through_provider = settings.SHOPFLOW_MAIL_TRANSPORT.startswith("anymail.")
    if not through_provider or getattr(settings, "ANYMAIL", {}).get("WEBHOOK_SECRET"):
        return []
    hint = "Set ANYMAIL_WEBHOOK_SECRET and enter /mail/anbieter/<provider>/tracking/ at the provider."
    return [CheckWarning("Bounces and complaints are not reported.", hint=hint, id="shopflow.mailing.W002")]


@register("shopflow", deploy=True)
def providers_add_no_pixels(**kwargs: Any) -> list[CheckMessage]:
    """W003: the provider cannot be told to measure nothing, so that its account's own setting holds (§ 25 TDDDG)."""
    through_provider = settings.SHOPFLOW_MAIL_TRANSPORT.startswith("anymail.")
    if not through_provider or getattr(settings, "ANYMAIL", {}).get("IGNORE_UNSUPPORTED_FEATURES"):
        return []
    hint = 'Set ANYMAIL = {"IGNORE_UNSUPPORTED_FEATURES": True, …}: each mail then says that nothing is to be measured.'
    message = "The mail provider may add pixels and links of its own."
    return [CheckWarning(message, hint=hint, id="shopflow.mailing.W003")]


@register("shopflow", deploy=True)
def mails_leave_the_house(**kwargs: Any) -> list[CheckMessage]:
    """W001: in production mails still go into the local mailbox."""
    if settings.SHOPFLOW_MAIL_TRANSPORT != MAILBOX:
        return []
    hint = "Set EMAIL_URL (smtp+tls://user:password@host:587), or EMAIL_BACKEND with the ANYMAIL_ variables."
    return [CheckWarning("Mails stay in the local mailbox.", hint=hint, id="shopflow.mailing.W001")]


@register("shopflow")
def text_messages_have_a_sender(**kwargs: Any) -> list[CheckMessage]:
    """E004: the chosen provider of text messages is not installed."""
    code = getattr(settings, "SHOPFLOW_SMS_SENDER", "")
    if not code or code in sms_senders:
        return []
    hint = f"Choose one of: {', '.join(sms_senders.codes())}; or install the plugin that brings it."
    return [Error(f"SHOPFLOW_SMS_SENDER names “{code}”, which is unknown.", hint=hint, id="shopflow.mailing.E004")]
