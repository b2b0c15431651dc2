"""What waits for staff on the first page of their area."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from shopflow.contracts.pages import AttentionNote, account_pages, attention_notes


class Three(AttentionNote):
    code = "three"
    label = "parcels to weigh"
    hint = "Weigh them."

    def count(self):
        return 3

    def url(self):
        return "/somewhere/"


class Nothing(Three):
    code = "nothing"
    label = "parcels to find"

    def count(self):
        return 0


class Broken(Three):
    code = "broken"
    label = "parcels to guess"

    def count(self):
        raise RuntimeError("scales are broken")


class Guarded(Three):
    code = "guarded"
    label = "parcels to open"
    permission = "shopflow_core.view_seller"


@pytest.fixture
def staff(db):
    user = get_user_model().objects.create_user("team@example.org", "geheim-1234")
    user.is_staff = True
    user.save()
    return user


def page(user, *notes):
    request = RequestFactory().get("/dashboard/")
    request.user = user
    with (
        translation.override("en"),
        attention_notes.without(*attention_notes.codes()),
        attention_notes.registered(*notes),
    ):
        return Template("{% load shopflow_panels %}{% attention %}").render(Context({"request": request, "user": user}))


def test_a_note_says_how_many_wait_and_where(staff):
    html = page(staff, Three, Nothing)

    assert 'href="/somewhere/"' in html
    assert ">3</span> parcels to weigh" in html
    assert "Weigh them." in html
    assert "parcels to find" not in html


def test_nothing_to_do_is_said(staff):
    assert "Nothing waits for you here." in page(staff, Nothing)


def test_a_note_that_fails_neither_breaks_the_page_nor_keeps_silent(staff, caplog):
    html = page(staff, Broken, Three)

    assert "parcels to guess" in html
    assert "could not be counted" in html
    assert ">3</span> parcels to weigh" in html
    assert "The attention note broken failed." in caplog.text


def test_notes_are_for_those_who_may_act(staff):
    assert "parcels to open" not in page(staff, Guarded)

    staff.user_permissions.add(Permission.objects.get(codename="view_seller"))
    staff = get_user_model().objects.get(pk=staff.pk)

    assert "parcels to open" in page(staff, Guarded)


def test_customers_see_no_notes(db):
    customer = get_user_model().objects.create_user("kunde@example.org", "geheim-1234")

    assert "parcels to weigh" not in page(customer, Three)


def test_the_account_menu_leads_to_every_registered_page(db, client):
    client.force_login(get_user_model().objects.create_user("kunde@example.org", "geheim-1234"))

    html = client.get("/accounts/mail-einstellungen/").content.decode()

    assert {"downloads", "mail_settings"} <= set(account_pages.codes())
    assert 'href="/accounts/downloads/"' in html
    assert '<a href="/accounts/mail-einstellungen/" aria-current="page">' in html
