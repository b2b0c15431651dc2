"""The door for shopping portals: the product feed as it was made last."""

from __future__ import annotations

from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from dealer_import.models import FeedSettings


@require_safe
def product_feed(request: HttpRequest, token: str = "") -> HttpResponseBase:
    """The feed, for everybody or for those who know its address; 404 for all others."""
    settings = FeedSettings.objects.filter(pk=1).first()
    if settings is None or not settings.stored_file or settings.access == FeedSettings.Access.OFF:
        raise Http404
    if settings.access == FeedSettings.Access.SIGNED and not constant_time_compare(token, settings.token):
        raise Http404
    if settings.access == FeedSettings.Access.PUBLIC and token:
        raise Http404
    response = FileResponse(storages["private"].open(settings.stored_file), content_type="application/xml")
    if settings.built_at:
        response["Last-Modified"] = http_date(settings.built_at.timestamp())
    response["X-Robots-Tag"] = "noindex"
    return response
