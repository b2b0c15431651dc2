"""Doors for customers: what they have bought, by account or by signed link."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.core.signing import BadSignature, SignatureExpired
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shopflow.core import clock
from shopflow.delivery.exceptions import DeliveryRefused
from shopflow.delivery.links import read_grant_token, read_ticket, ticket_url
from shopflow.delivery.models import AccessGrant, DownloadEvent
from shopflow.delivery.queries import first_steps_of, grant_with_goods, grants_of_user, lessons_with_progress
from shopflow.delivery.services import mark_lesson, send_new_link, start_download, touch
from shopflow.delivery.services.downloads import require_usable
from shopflow.delivery.serving import serve_file

PER_PAGE = 20


class LinkTooOld(Exception):
    """The link was ours and has expired."""

    def __init__(self, grant_id: int) -> None:
        super().__init__(grant_id)
        self.grant_id = grant_id


def _grant(request: HttpRequest, key: str) -> AccessGrant:
    """The grant that ``key`` opens: a signed token, or the id of one of the person's own. Else 404."""
    by_number = key.isascii() and key.isdigit()
    try:
        grant = grant_with_goods(int(key) if by_number else read_grant_token(key))
    except SignatureExpired as error:
        raise LinkTooOld(read_grant_token(key, even_expired=True)) from error
    except (BadSignature, AccessGrant.DoesNotExist) as error:
        raise Http404 from error
    if by_number and (not request.user.is_authenticated or grant.user_id != request.user.pk):
        raise Http404
    return grant


def _too_old(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "shopflow/delivery/link_expired.html", {"key": key}, status=410)


@login_required
@never_cache
@require_safe
def my_downloads(request: HttpRequest) -> HttpResponse:
    """“Meine Downloads” in the account."""
    page = Paginator(grants_of_user(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "active_tab": "downloads", "page_title": _("My downloads")}
    return render(request, "shopflow/delivery/my_downloads.html", context)


@never_cache
@require_safe
def access(request: HttpRequest, key: str) -> HttpResponse:
    """The page of one bought good: files, keys, lessons; or what it still waits for."""
    try:
        grant = _grant(request, key)
    except LinkTooOld:
        return _too_old(request, key)
    return render(request, "shopflow/delivery/access.html", _page(grant, key))


def _page(grant: AccessGrant, key: str, refusal: str = "") -> dict[str, Any]:
    try:
        require_usable(grant)
        is_usable = True
    except DeliveryRefused as error:
        is_usable, refusal = False, refusal or str(error)
    lessons = lessons_with_progress(grant) if is_usable else []
    left = None if grant.max_downloads is None else grant.max_downloads - grant.downloads_used
    return {
        "grant": grant,
        "key": key,
        "is_usable": is_usable,
        "refusal": refusal,
        "lessons": lessons,
        "first_steps": first_steps_of(grant) if is_usable else [],
        "done": sum(is_done for _lesson, is_done in lessons),
        "left": left,
    }


@never_cache
@require_POST
def download(request: HttpRequest, key: str, file_id: int) -> HttpResponse:
    """Start a download. A POST, so that no mail scanner and no preview uses one up."""
    try:
        grant = _grant(request, key)
    except LinkTooOld:
        return _too_old(request, key)
    file = get_object_or_404(grant.good.files, pk=file_id)
    try:
        started = start_download(grant=grant, file=file)
    except DeliveryRefused as error:
        return render(request, "shopflow/delivery/access.html", _page(grant, key, str(error)), status=403)
    return redirect(ticket_url(started))


@never_cache
@require_safe
def file(request: HttpRequest, ticket: str) -> HttpResponseBase:
    """The bytes of a started download; may be repeated and resumed until its time is over."""
    try:
        started = DownloadEvent.objects.select_related("grant", "file").get(pk=read_ticket(ticket))
        require_usable(started.grant)
    except (BadSignature, DownloadEvent.DoesNotExist) as error:
        raise Http404 from error
    except DeliveryRefused as error:
        return render(request, "shopflow/delivery/ticket_over.html", {"reason": str(error)}, status=403)
    if started.valid_until <= clock.now():
        return render(request, "shopflow/delivery/ticket_over.html", status=410)
    return serve_file(request, started.file)


@never_cache
def lesson(request: HttpRequest, key: str, lesson_id: int) -> HttpResponse:
    """One lesson of a course; POST marks it as done or not done."""
    try:
        grant = _grant(request, key)
    except LinkTooOld:
        return _too_old(request, key)
    chosen = get_object_or_404(grant.good.lessons.select_related("file"), pk=lesson_id)
    try:
        if request.method == "POST":
            mark_lesson(grant=grant, lesson=chosen, is_done=request.POST.get("done") == "1")
            return redirect("delivery-lesson", key=key, lesson_id=lesson_id)
        require_usable(grant)
    except DeliveryRefused as error:
        return render(request, "shopflow/delivery/access.html", _page(grant, key, str(error)), status=403)
    touch(grant=grant)
    context = {**_page(grant, key), "lesson": chosen}
    context["is_done"] = any(is_done for other, is_done in context["lessons"] if other.pk == chosen.pk)
    return render(request, "shopflow/delivery/lesson.html", context)


@never_cache
@require_POST
def new_link(request: HttpRequest, key: str) -> HttpResponse:
    """Send a fresh link to the buyer's own address, for a link that was ours and is too old."""
    try:
        _grant(request, key)
        return redirect("delivery-access", key=key)
    except LinkTooOld as old:
        send_new_link(grant=get_object_or_404(AccessGrant, pk=old.grant_id))
    return render(request, "shopflow/delivery/link_expired.html", {"key": key, "is_sent": True})
