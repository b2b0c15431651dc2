"""The page that the link in a safety notice leads to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from shopflow.parts import services
from shopflow.parts.models import NoticeReceipt
from shopflow.parts.notice_flow import notice_words, read_notice_token


@never_cache
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """Show the notice; POST confirms having read it. GET changes nothing: virus scanners open links before people."""
    receipts = NoticeReceipt.objects.select_related("notice", "order")
    known = read_notice_token(token)
    receipt = receipts.filter(pk=known).first() if known is not None else None
    if receipt is None:
        return render(request, "shopflow/parts/notice.html", {"notice_title": ""}, status=404)
    if request.method == "POST":
        services.acknowledge_notice(receipt_id=receipt.pk)
        receipt.refresh_from_db()
    context = {**notice_words(receipt), "receipt": receipt}
    return render(request, "shopflow/parts/notice.html", context)
