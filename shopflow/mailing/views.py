"""The customers' door: unsubscribing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from shopflow.contracts.mail import never_counted
from shopflow.mailing import services
from shopflow.mailing.links import read_unsubscribe_token


@never_counted
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show what can be unsubscribed; a POST does it at once, without login, cookie or token in the form (RFC 8058).

    GET changes nothing: mail programs and virus scanners follow links by themselves.
    """
    number = read_unsubscribe_token(token)
    page = "shopflow/mailing/unsubscribe.html"
    if number is None:
        return render(request, page, {"state": "unknown"}, status=404)
    if request.method != "POST":
        return render(request, page, {"state": "ask"})
    everything = request.POST.get("scope") == "all"
    message = services.unsubscribe(message_uuid=number, everything=everything)
    if message is None:
        return render(request, page, {"state": "unknown"}, status=404)
    return render(request, page, {"state": "done", "everything": everything})
