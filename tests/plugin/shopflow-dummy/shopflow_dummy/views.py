from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shopflow.core.access import staff_page
from shopflow_dummy.models import GuestBookEntry


@staff_page()
def guest_book(request: HttpRequest) -> HttpResponse:
    return render(request, "shopflow_dummy/guest_book.html", {"entries": GuestBookEntry.objects.order_by("pk")})
