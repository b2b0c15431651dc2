"""The staff's doors: the message log, the local mailbox, the sender."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from shopflow.contracts.channels import channels
from shopflow.core.access import staff_page
from shopflow.core.paging import whole_number
from shopflow.mailing import mailbox, queries, services
from shopflow.mailing.dashboard.sealing import sealed
from shopflow.mailing.forms import MailSettingsForm
from shopflow.mailing.models import Message, MessageState
from shopflow.mailing.reasons import reason_of, report_label

VIEW = "shopflow_mailing.view_message"
CHANGE = "shopflow_mailing.change_message"
PER_PAGE = 50

FILTERS: dict[str, tuple[Any, list[str]]] = {
    "": (lambda: _("All"), []),
    "trouble": (lambda: _("Needs attention"), [MessageState.FAILED, MessageState.UNKNOWN]),
    "waiting": (lambda: _("Waiting"), [MessageState.PLANNED, MessageState.DEFERRED, MessageState.SUBMITTING]),
    "sent": (lambda: _("Sent"), [MessageState.ACCEPTED]),
    "skipped": (lambda: _("Not sent"), [MessageState.SKIPPED]),
    "bounced": (lambda: _("Bounced"), []),
    "complained": (lambda: _("Reported as spam"), []),
}
DELIVERIES = ("bounced", "complained")


@staff_page(VIEW)
def message_list(request: HttpRequest) -> HttpResponse:
    """The log, newest first, in pages by key, so that its length does not matter."""
    chosen = request.GET.get("state", "")
    if chosen not in FILTERS:
        chosen = ""
    search = request.GET.get("q", "").strip()
    log = queries.message_log(states=FILTERS[chosen][1], search=search)
    if chosen in DELIVERIES:
        log = log.filter(delivery_state=chosen)
    before = whole_number(request.GET.get("before", ""))
    if before is not None:
        log = log.filter(pk__lt=before)
    found = list(log[: PER_PAGE + 1])
    context = {
        "rows": found[:PER_PAGE],
        "older": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None,
        "filters": [(code, name()) for code, (name, _states) in FILTERS.items()],
        "chosen": chosen,
        "search": search,
    }
    return render(request, "shopflow/mailing/messages.html", context)


@staff_page(VIEW)
def message_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One message with its state, its reason and what can be done."""
    message = get_object_or_404(Message, pk=pk)
    context = {
        "message": message,
        "reason": reason_of(message),
        "delivery": report_label(message.delivery_state),
        "channel": channels.get(message.channel).label if message.channel in channels else message.channel,
        "events": [
            {"occurred_at": event.occurred_at, "label": report_label(event.kind), "words": event.words}
            for event in message.events.order_by("occurred_at", "pk")
        ],
        "may_change": request.user.has_perm(CHANGE),
        "can_retry": _can_retry(message),
        "can_give_up": message.due_at is not None,
    }
    return render(request, "shopflow/mailing/message.html", context)


def _can_retry(message: Message) -> bool:
    lost = message.state == MessageState.UNKNOWN and not message.is_advertising
    return bool(message.to_email) and (message.state == MessageState.FAILED or lost)


@require_POST
@staff_page(CHANGE)
def message_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Send once more, or give up."""
    if request.POST.get("act") == "give_up":
        done, sentence = services.give_up(message_id=pk, actor=request.user), _("The message will not be sent.")
    else:
        done = services.retry_message(message_id=pk, actor=request.user)
        sentence = _("The message will be sent once more.")
    if done:
        messages.success(request, sentence)
    else:
        messages.warning(request, _("The message has changed meanwhile; nothing was done."))
    return redirect("shopflow-staff:message-detail", pk=pk)


@xframe_options_sameorigin
@staff_page(VIEW)
def message_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML part, for the frame."""
    return sealed(get_object_or_404(Message, pk=pk).html)


@staff_page(VIEW)
def message_file(request: HttpRequest, pk: int, position: int) -> HttpResponseBase:
    """An attachment."""
    attachments = get_object_or_404(Message, pk=pk).attachments
    if position >= len(attachments):
        raise Http404
    try:
        stream = storages["private"].open(attachments[position]["storage_name"], "rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return _download(stream, attachments[position]["filename"])


@staff_page(VIEW)
def mailbox_list(request: HttpRequest) -> HttpResponse:
    """The local mailbox, newest first."""
    keys = mailbox.keys()
    start = (max(whole_number(request.GET.get("page", "")) or 1, 1) - 1) * PER_PAGE
    context = {
        "letters": [mailbox.head(key) for key in keys[start : start + PER_PAGE]],
        "count": len(keys),
        "next": start // PER_PAGE + 2 if len(keys) > start + PER_PAGE else None,
        "previous": start // PER_PAGE if start else None,
    }
    return render(request, "shopflow/mailing/mailbox.html", context)


@staff_page(VIEW)
def mailbox_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One mail from the mailbox."""
    letter = _letter(key)
    sent = Message.objects.filter(message_id=str(letter.mail["Message-ID"] or "").strip()).only("pk").first()
    return render(request, "shopflow/mailing/letter.html", {"letter": letter, "sent": sent})


@xframe_options_sameorigin
@staff_page(VIEW)
def mailbox_html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML part, for the frame."""
    return sealed(_letter(key).html)


@staff_page(VIEW)
def mailbox_file(request: HttpRequest, key: str, position: int) -> HttpResponseBase:
    """An attachment."""
    files = _letter(key).files
    if position >= len(files):
        raise Http404
    return _download(files[position].content, files[position].filename)


@staff_page("shopflow_mailing.view_mailsettings")
def mail_settings(request: HttpRequest) -> HttpResponse:
    """Who mails come from."""
    stored = queries.mail_settings()
    form = MailSettingsForm(request.POST if request.method == "POST" else None, instance=stored)
    if request.method == "POST":
        if not request.user.has_perm("shopflow_mailing.change_mailsettings"):
            raise PermissionDenied
        if form.is_valid():
            services.save_mail_settings(**form.cleaned_data, actor=request.user)
            messages.success(request, _("The sender is saved."))
            return redirect("shopflow-staff:mail-settings")
    return render(request, "shopflow/mailing/settings.html", {"form": form})


def _letter(key: str) -> mailbox.Letter:
    try:
        return mailbox.read(key)
    except KeyError as error:
        raise Http404 from error


def _download(content: Any, filename: str) -> HttpResponseBase:
    if isinstance(content, bytes):
        response: HttpResponseBase = HttpResponse(content, content_type="application/octet-stream")
        response.headers["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
        return response
    return FileResponse(content, as_attachment=True, filename=filename, content_type="application/octet-stream")
