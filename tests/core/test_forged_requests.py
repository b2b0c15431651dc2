"""Forms are accepted from this shop only, and looking around leaves no cookie."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, override_settings
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt


def form(request):
    return HttpResponse(get_token(request))


def send(request):
    return HttpResponse("taken")


def act(request):
    request.session["basket"] = 1
    return HttpResponse(get_token(request))


urlpatterns = [
    path("form/", form),
    path("send/", send),
    path("act/", act),
    path("open/", csrf_exempt(send)),
    path("", include("shopflow.project.urls")),
]

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.urls(__name__)]
HERE = "http://shop.example.org"


@pytest.fixture
def visitor():
    return Client(enforce_csrf_checks=True, SERVER_NAME="shop.example.org")


def test_a_page_with_a_form_sets_no_cookie(visitor):
    answer = visitor.get("/form/")

    assert answer.status_code == 200
    assert answer.cookies == {}
    assert len(answer.content) == 64


def test_a_visitor_who_acts_gets_the_cookies(visitor):
    answer = visitor.get("/act/")

    assert set(answer.cookies) == {"csrftoken", "sessionid"}
    assert answer.cookies["csrftoken"]["samesite"] == "Lax"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"origin": HERE},
        {"sec-fetch-site": "same-origin", "origin": HERE},
    ],
)
def test_a_form_of_this_shop_is_accepted_without_any_cookie(visitor, headers):
    assert visitor.post("/send/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "https://evil.example.com"},
        {"origin": "https://evil.example.com"},
        {"origin": "https://shop.example.org.evil.example.com"},
        {"origin": "http://shop.example.org:8080"},
        {"origin": "null"},
        {},
    ],
)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_form_of_another_site_is_refused_whatever_the_cookies(visitor, headers, method):
    visitor.get("/act/")

    answer = getattr(visitor, method)("/send/", headers=headers)
    assert answer.status_code == 403


def test_another_site_is_refused_even_with_the_right_token(visitor):
    token = visitor.get("/act/").content.decode()

    answer = visitor.post("/send/", {"csrfmiddlewaretoken": token}, headers={"origin": "https://evil.example.com"})
    assert answer.status_code == 403


def test_a_browser_that_says_nothing_needs_the_token(visitor):
    token = visitor.get("/act/").content.decode()

    assert visitor.post("/send/", {"csrfmiddlewaretoken": token}).status_code == 200
    assert visitor.post("/send/", {"csrfmiddlewaretoken": "x" * 64}).status_code == 403


@override_settings(CSRF_TRUSTED_ORIGINS=["https://m.example.org"])
def test_a_trusted_origin_is_accepted(visitor):
    headers = {"sec-fetch-site": "same-site", "origin": "https://m.example.org"}

    assert visitor.post("/send/", headers=headers).status_code == 200


def test_an_exempt_door_stays_open_for_providers(visitor):
    assert visitor.post("/open/", headers={"sec-fetch-site": "cross-site"}).status_code == 200


def test_the_refusal_says_what_to_do(visitor):
    answer = visitor.post("/send/", headers={"sec-fetch-site": "cross-site"})

    assert "laden Sie die Seite neu" in answer.content.decode()
