"""No page and no form reads a NUL character, which PostgreSQL cannot be asked for: the answer is 400, everywhere."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver, resolve

from shopflow.core.unreadable import ReadableMiddleware, takes_bytes
from tests.project.test_staff_doors import doors


def refuses(door):
    request = RequestFactory().post(door, {"x": ["fine", "a\0b"]})
    try:
        ReadableMiddleware(view).process_view(request, resolve(door).func, (), {})
    except BadRequest:
        return True
    return False


def test_every_door_refuses_a_form_with_it():
    found = sorted({door for door in doors(get_resolver()) if "<" not in door})
    assert len(found) > 300
    assert [door for door in found if not refuses(door)] == ["/lieferung/1/"], "a file, as it comes"


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("door", ["/basket/add/1/", "/newsletter/", "/dashboard/shopflow/contacts/", "/admin/login/"])
def test_it_comes_to_no_page(client, door):
    client.force_login(get_user_model().objects.create_superuser("chef@example.org", "geheim-1234"))
    assert client.get(f"{door}?x=a%00b").status_code == 400
    assert client.post(door, {"x": "a\0b"}).status_code == 400


def view(request):
    return HttpResponse("read")


def answer(request, to=view):
    middleware = ReadableMiddleware(to)
    middleware.process_view(request, to, (), {})
    return middleware(request).content


@pytest.mark.parametrize(
    "request_",
    [
        RequestFactory().get("/suche/%00/"),
        RequestFactory().get("/suche/", {"q": "a\0"}),
        RequestFactory().get("/suche/", {"a\0": "q"}),
        RequestFactory().post("/x/", {"tag": "\0"}),
        RequestFactory().post("/x/", {"t\0g": "x"}),
        RequestFactory().post("/x/", "tag=a%00b", content_type="application/x-www-form-urlencoded"),
        RequestFactory().post("/x/?a=%00", {"tag": "x"}),
    ],
)
def test_addresses_queries_and_forms_are_refused(request_):
    with pytest.raises(BadRequest):
        answer(request_)


@pytest.mark.parametrize(
    "request_",
    [
        RequestFactory().get("/suche/", {"q": "%00 100 % �"}),
        RequestFactory().post("/x/", {"tag": "%00", "file": SimpleUploadedFile("a.bin", b"a\0b")}),
        RequestFactory().post("/x/", '{"a": "\\u0000"}', content_type="application/json"),
    ],
)
def test_anything_else_is_read(request_):
    assert answer(request_) == b"read"


def test_machines_may_want_the_very_bytes_of_their_files():
    request = RequestFactory().post("/x/", {"words": "a\0b"})
    assert answer(request, takes_bytes(lambda asked: HttpResponse(asked.body[:2]))) == b"--"
