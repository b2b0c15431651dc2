"""The staff's door to the words of mails: reading, writing, looking at them, going back."""

from __future__ import annotations

import difflib
import logging
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from shopflow.contracts.mail import MailClass
from shopflow.core.access import staff_page
from shopflow.mailing import queries, services
from shopflow.mailing.dashboard.sealing import sealed
from shopflow.mailing.exceptions import TextRefused
from shopflow.mailing.forms import MailTextForm
from shopflow.mailing.models import MailText
from shopflow.mailing.texts import language as small_language
from shopflow.mailing.texts import samples, shipped
from shopflow.mailing.texts.language import Finding
from shopflow.mailing.texts.preview import preview
from shopflow.mailing.texts.shipped import NotEditable, Words

logger = logging.getLogger("shopflow.mailing")

VIEW = "shopflow_mailing.view_mailtext"
CHANGE = "shopflow_mailing.add_mailtext"


@dataclass(frozen=True)
class Row:
    """A template in the list: ``texts`` says by language which version is sent, None for the shipped text."""

    code: str
    subject: str
    is_advertising: bool
    is_fixed: bool
    texts: list[tuple[str, int | None]]


def languages() -> list[str]:
    """The languages that the shop speaks, short: ``de``, ``en``."""
    return [code.partition("-")[0] for code, _name in settings.LANGUAGES]


@staff_page(VIEW)
def text_list(request: HttpRequest) -> HttpResponse:
    """All mails and whose words they carry."""
    used = queries.texts_in_use()
    rows = [_row(code, used) for code in shipped.codes()]
    return render(request, "shopflow/mailing/texts.html", {"rows": rows})


def _row(code: str, used: dict[tuple[str, str], int]) -> Row:
    words = _shipped(code, languages()[0])
    return Row(
        code=code,
        subject=words.subject if words else code,
        is_advertising=shipped.is_marked(code, shipped.ADVERTISING),
        is_fixed=words is None,
        texts=[(tongue, used.get((code, tongue))) for tongue in languages()],
    )


def _shipped(code: str, language: str) -> Words | None:
    """The shipped words; None where they cannot be changed: fixed by law, or beyond the small language."""
    try:
        words = shipped.words(code, language)
    except NotEditable:
        return None
    return None if any(found.is_error for found in services.text_findings(code, words)) else words


@staff_page(VIEW)
def text_edit(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """One mail in one language: its words, what they may name, how they look, and the versions before."""
    original = _known(code, language)
    used = queries.text_in_use(code, language)
    words = used_words(used) if used else original
    if request.method != "POST" or original is None:
        form = MailTextForm(initial={} if words is None else asdict(words))
        return _editor(request, code, language, form, services.text_findings(code, words) if words else [])
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    form = MailTextForm(request.POST)
    if not form.is_valid():
        return _editor(request, code, language, form, [], status=422)
    try:
        services.save_text(
            code=code, language=language, words=form.words(), actor=request.user, typing_error=form.is_correction()
        )
    except TextRefused as refused:
        return _editor(request, code, language, form, refused.findings, status=422)
    messages.success(request, _("The text is saved and is sent from now on."))
    return redirect("shopflow-staff:mail-text", code=code, language=language)


def _editor(
    request: HttpRequest,
    code: str,
    language: str,
    form: MailTextForm,
    findings: Sequence[Finding],
    *,
    status: int = 200,
) -> HttpResponse:
    original = _known(code, language)
    used = queries.text_in_use(code, language)
    context = {
        "code": code,
        "language": language,
        "languages": languages(),
        "form": form,
        "original": original,
        "used": used,
        "is_outdated": bool(used and original and used.shipped_hash != services.words_hash(original)),
        "findings": findings,
        "names": sorted(small_language.paths_of(samples.sample(code))),
        "parts": sorted(shipped.parts(code)),
        "versions": MailText.objects.filter(code=code, language=language).order_by("-version")[:20],
        "changes": list(_changes(original, used)) if used and original else [],
        "may_change": request.user.has_perm(CHANGE),
    }
    return render(request, "shopflow/mailing/text.html", context, status=status)


def used_words(text: MailText) -> Words:
    """The words of a stored version."""
    return Words(text.subject, text.preheader, text.body)


def _known(code: str, language: str) -> Words | None:
    if code not in shipped.codes() or language not in languages():
        raise Http404
    return _shipped(code, language)


def _changes(original: Words, used: MailText) -> Iterator[tuple[str, str]]:
    """Lines of the difference to the shipped text: its kind (``+`` or ``-``) and what it says."""
    before = [original.subject, original.preheader, *original.body.splitlines()]
    after = [used.subject, used.preheader, *used.body.splitlines()]
    for line in difflib.ndiff(before, after):
        if line[0] in "+-":
            yield line[0], line[2:]


@require_POST
@staff_page(VIEW)
def text_check(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """What is wrong with the words as they stand in the form, for showing while somebody writes."""
    _known(code, language)
    form = MailTextForm(request.POST)
    form.is_valid()
    findings = services.text_findings(code, form.words())
    return render(request, "shopflow/mailing/findings.html", {"findings": findings, "checked": True})


@xframe_options_sameorigin
@staff_page(VIEW)
def text_preview(request: HttpRequest, code: str, language: str, kind: str) -> HttpResponse:
    """The mail in a frame: GET shows what is sent now, POST the words in the form. ``kind`` is html or text."""
    original = _known(code, language)
    used = queries.text_in_use(code, language)
    words = used_words(used) if used else None
    if request.method == "POST" and original is not None:
        form = MailTextForm(request.POST)
        form.is_valid()
        words = form.words()
        errors = [finding for finding in services.text_findings(code, words) if finding.is_error]
        if errors:
            return _page(render(request, "shopflow/mailing/preview_errors.html", {"findings": errors}))
    try:
        content = preview(code, language=language, words=words)
    except Exception as error:  # a template that needs more than examples can give
        logger.info("No preview of %s", code, exc_info=True)
        sentence = _("This e-mail cannot be shown with example values: %(error)s") % {"error": error}
        return _page(HttpResponse(sentence, content_type="text/plain; charset=utf-8"))
    if kind == "text":
        return _page(HttpResponse(content.text, content_type="text/plain; charset=utf-8"))
    return sealed(content.html)


def _page(response: HttpResponse) -> HttpResponse:
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'self'"
    return response


@require_POST
@staff_page(CHANGE)
def text_try(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """Send the words in the form to oneself, with example values."""
    _known(code, language)
    form = MailTextForm(request.POST)
    form.is_valid()
    words = form.words()
    findings = services.text_findings(code, words)
    if any(finding.is_error for finding in findings):
        messages.warning(request, _("Correct the errors first; nothing was sent."))
        return _editor(request, code, language, form, findings, status=422)
    try:
        content = preview(code, language=language, words=words)
    except Exception as error:  # as in the preview
        logger.info("No test of %s", code, exc_info=True)
        sentence = _("This e-mail cannot be shown with example values: %(error)s") % {"error": error}
        messages.warning(request, sentence)
        return _editor(request, code, language, form, findings, status=422)
    own = str(getattr(request.user, "email", ""))
    services.queue_rendered(
        dedupe_key=f"try:{uuid.uuid4()}",
        template=f"try/{code}",
        to=own,
        subject=f"[{_('Test')}] {content.subject}",
        text=content.text,
        html=content.html,
        mail_class=MailClass.STAFF,
        language=language,
    )
    messages.success(request, _("A test e-mail is on its way to %(email)s.") % {"email": own})
    return _editor(request, code, language, form, findings)


@require_POST
@staff_page(CHANGE)
def text_choose(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """Send another version, or the shipped text again."""
    _known(code, language)
    given = request.POST.get("version", "")
    try:
        version = int(given) if given else None
        services.use_text(code=code, language=language, version=version, actor=request.user)
    except (ValueError, MailText.DoesNotExist) as error:
        raise Http404 from error
    messages.success(
        request,
        _("Version %(number)s is sent from now on.") % {"number": version}
        if version
        else _("The shipped text is sent again."),
    )
    return redirect("shopflow-staff:mail-text", code=code, language=language)
