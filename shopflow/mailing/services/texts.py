"""Texts that staff write: each saving is a version, and which one is sent is a choice."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Max

from shopflow.core import clock
from shopflow.core.services import audit, publish
from shopflow.mailing.composing import SHIPPED
from shopflow.mailing.events import MailTextChanged
from shopflow.mailing.exceptions import TextRefused
from shopflow.mailing.links import site_url
from shopflow.mailing.models import MailText, MailTextInUse
from shopflow.mailing.texts import lint, plaintext, samples, shipped, spelling
from shopflow.mailing.texts.language import Finding
from shopflow.mailing.texts.shipped import Words


def words_hash(words: Words) -> str:
    """The SHA-256 that names these words."""
    said = json.dumps([words.subject, words.preheader, words.body], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def text_findings(code: str, words: Words) -> list[Finding]:
    """What is wrong with ``words`` as a text of the template ``code``; one with an error cannot be stored."""
    return lint.check(
        words,
        declared=samples.sample(code),
        parts=shipped.parts(code),
        is_advertising=shipped.is_marked(code, shipped.ADVERTISING),
        site_host=urlsplit(site_url()).hostname or "",
    )


def save_text(*, code: str, language: str, words: Words, actor: Any, typing_error: bool = False) -> MailText:
    """Store ``words`` as the next version and send it from now on; the same words as before make no version.

    With ``typing_error`` it takes the place of the text in use for mails that are bound to that one, too. Raises
    TextRefused with all findings if one is an error or the text says something else than a corrected one may, and
    shipped.NotEditable where the words are fixed.
    """
    original = shipped.words(code, language)
    findings = text_findings(code, words)
    if any(finding.is_error for finding in findings):
        raise TextRefused(findings)
    fingerprint = words_hash(words)
    with transaction.atomic():
        choice = _choice(code, language)
        corrects = _corrected(choice, original, words) if typing_error else ""
        text = MailText.objects.filter(code=code, language=language, content_hash=fingerprint).last()
        if text is None or corrects:
            text = MailText.objects.create(
                code=code,
                language=language,
                version=_next_version(code, language),
                subject=words.subject,
                preheader=words.preheader,
                body=words.body,
                text=plaintext.text_of(words.body),
                content_hash=fingerprint,
                shipped_hash=words_hash(original),
                corrects=corrects,
                created_at=clock.now(),
            )
        _use(choice, text, actor=actor)
    return text


def use_text(*, code: str, language: str, version: int | None, actor: Any) -> None:
    """Send ``version`` from now on; None goes back to the shipped text. Raises MailText.DoesNotExist."""
    with transaction.atomic():
        choice = _choice(code, language)
        text = None if version is None else MailText.objects.get(code=code, language=language, version=version)
        _use(choice, text, actor=actor)


def _corrected(choice: MailTextInUse, original: Words, words: Words) -> str:
    """The edition whose typing errors ``words`` correct; empty if nothing differs. Raises TextRefused."""
    used = choice.text
    before = Words(used.subject, used.preheader, used.body) if used else original
    if findings := spelling.changes(before, words):
        raise TextRefused(findings)
    if words == before:
        return ""
    return used.edition if used else SHIPPED


def _choice(code: str, language: str) -> MailTextInUse:
    """The row of the choice, locked: versions are counted under it."""
    MailTextInUse.objects.get_or_create(code=code, language=language)
    return MailTextInUse.objects.select_for_update().get(code=code, language=language)


def _next_version(code: str, language: str) -> int:
    newest = MailText.objects.filter(code=code, language=language).aggregate(newest=Max("version"))["newest"]
    return (newest or 0) + 1


def _use(choice: MailTextInUse, text: MailText | None, *, actor: Any) -> None:
    if choice.text_id == (text.pk if text else None):
        return
    MailTextInUse.objects.filter(pk=choice.pk).update(text=text)
    summary = f"{choice.code} ({choice.language}): {text.version if text else 'shipped'}"
    audit(actor=actor, action="mail_text", target=choice, summary=summary)
    publish(MailTextChanged(template=choice.code, text_language=choice.language))
