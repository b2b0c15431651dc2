"""First steps with a digital good: what may be written, who may write it, and where buyers find it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from shopflow.core.models import AuditEntry
from shopflow.delivery.instructions import MAIL_DAYS, days_of, mail_of
from shopflow.delivery.links import grant_token
from shopflow.delivery.models import AccessGrant, FirstStep
from shopflow.delivery.services import (
    end_access,
    move_first_step,
    note_confirmed,
    note_paid,
    remove_first_step,
    save_first_step,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def creator(client, make_staff):
    person = make_staff("manage_digital_goods")
    client.force_login(person)
    return person


def write(good, title="Open it", *, day=0, **more):
    return save_first_step(good=good, **{"day": day, "title": title, "text": "Do this.", **more})


def places(good):
    return list(good.first_steps.values_list("day", "position", "title"))


def door(good, step=None):
    known = {"pk": good.pk} | ({"step_id": step.pk} if step else {})
    return reverse("shopflow-staff:digital-good-step", kwargs=known)


def page_of(good):
    return reverse("shopflow-staff:digital-good", kwargs={"pk": good.pk})


def test_every_day_goes_with_the_next_mail():
    assert [list(days_of(mail)) for mail in MAIL_DAYS] == [[0], [1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11, 12, 13, 14]]
    assert {mail_of(day) for mail in MAIL_DAYS for day in days_of(mail)} == set(MAIL_DAYS)
    assert [mail_of(day) for day in (0, 1, 3, 4, 7, 8, 14, 15, 60)] == [0, 3, 3, 7, 7, 14, 14, None, None]


def test_a_new_step_is_the_last_of_its_day(good, make_good):
    write(good, "a")
    write(good, "c", day=3)
    write(good, "b")
    write(make_good(title="Other"), "x")
    assert places(good) == [(0, 1, "a"), (0, 2, "b"), (3, 1, "c")]


def test_a_changed_step_keeps_its_place_and_is_the_last_of_another_day(good):
    first, _second, third = write(good, "a"), write(good, "b"), write(good, "c", day=3)
    save_first_step(
        good=good, step_id=first.pk, day=0, title=" A ", text="One.\r\nTwo.\r\n", link=" https://a.example/ "
    )
    save_first_step(good=good, step_id=third.pk, day=0, title="c", text="Do this.")
    assert places(good) == [(0, 1, "A"), (0, 2, "b"), (0, 3, "c")]
    first.refresh_from_db()
    assert (first.text, first.link) == ("One.\nTwo.", "https://a.example/")


def test_a_step_changes_places_with_the_one_before_it(good):
    first, _second, third = write(good, "a"), write(good, "b"), write(good, "c")
    alone = write(good, "d", day=3)
    assert move_first_step(step=third) is True
    assert [title for _day, _place, title in places(good)] == ["a", "c", "b", "d"]
    assert move_first_step(step=third) is True
    assert [title for _day, _place, title in places(good)] == ["c", "a", "b", "d"]
    assert move_first_step(step=third) is False
    assert move_first_step(step=alone) is False
    remove_first_step(step=first)
    write(good, "e")
    assert places(good) == [(0, 1, "c"), (0, 3, "b"), (0, 4, "e"), (3, 1, "d")]


def test_a_step_that_somebody_else_has_removed_loses_no_words_and_moves_nothing(good):
    first, second = write(good, "Open it"), write(good, "Read it")
    remove_first_step(step=FirstStep.objects.get(pk=second.pk))

    assert move_first_step(step=second) is False
    kept = write(good, "Read it slowly", step_id=second.pk)
    assert (kept.pk != second.pk, places(good)) == (True, [(0, 1, "Open it"), (0, 2, "Read it slowly")])
    assert first.position == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"day": 61}, "day"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"text": "\r\n "}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"title": "Your voucher"}, "title"),
        ({"text": "Mit 10 % Rabatt auf den Folgeband"}, "text"),
        ({"link": "http://example.org/"}, "link"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "//example.org/"}, "link"),
        ({"link": "/\\example.org/"}, "link"),
        ({"link": "anleitung/"}, "link"),
        ({"link": "/two words/"}, "link"),
        ({"link": "https://"}, "link"),
        ({"link": "https://example.org/" + "x" * 300}, "link"),
        ({"link": "/catalogue/"}, "link"),
        ({"link": "/catalogue/bremse_12/?x=1"}, "link"),
        ({"link": "/basket"}, "link"),
        ({"link": "/suche/?q=bremse"}, "link"),
        ({"link": "https://testserver/catalogue/"}, "link"),
    ],
)
def test_what_does_not_do_is_refused_and_leaves_nothing(good, settings, facts, field):
    settings.SITE_URL = "https://testserver"
    with pytest.raises(ValidationError) as refused:
        write(good, **facts)
    assert list(refused.value.message_dict) == [field]
    assert places(good) == []


@pytest.mark.parametrize(
    "link", ["", "/", "/hilfe/", "/media/a.pdf", "https://example.org/catalogue/?a=1#b", "https://münchen.example/"]
)
def test_links_to_instructions_are_fine(good, link):
    assert write(good, link=link).link == link


@pytest.mark.parametrize(
    "facts",
    [{"day": 61}, {"title": ""}, {"text": ""}, {"link": "http://example.org/"}, {"position": 1}],
)
def test_the_database_refuses_it_too(good, facts):
    write(good)
    row = {"day": 0, "position": 2, "title": "b", "text": "c", "link": "", **facts}
    with pytest.raises(IntegrityError), transaction.atomic():
        FirstStep.objects.create(good=good, **row)
    assert places(good) == [(0, 1, "Open it")]


def test_staff_write_change_move_and_remove_steps(client, creator, good):
    given = {"day": "0", "title": "Open <it>", "text": "Do this.", "link": "/hilfe/"}
    assert client.post(door(good), given).url == f"{page_of(good)}#first-steps"
    client.post(door(good), {**given, "title": "Then"})
    client.post(door(good), {**given, "title": "Late", "day": "30"})
    first, then, late = good.first_steps.all()
    client.post(door(good, then), {"action": "earlier"})
    client.post(door(good, first), {**given, "day": "3"})
    client.post(door(good, late), {"action": "remove"})

    assert places(good) == [(0, 1, "Then"), (3, 1, "Open <it>")]
    actions = AuditEntry.objects.filter(actor=creator).order_by("pk").values_list("action", flat=True)
    assert list(actions) == [
        *["digital_good.first_step"] * 3,
        "digital_good.first_step_move",
        "digital_good.first_step",
        "digital_good.first_step_remove",
    ]


def test_the_page_says_with_which_mail_each_step_goes_and_that_none_goes(client, creator, good):
    for day in (0, 5, 5, 30):
        write(good, f"<b>{day}</b>", day=day)
    page = client.get(page_of(good)).content.decode()
    shown = " ".join(page.split())
    for said in ("Tag 0 · E-Mail von Tag 0", "Tag 5 · E-Mail von Tag 7", "Tag 30 · nur auf der Seite"):
        assert said in shown
    assert "<b>5</b>" not in page
    assert page.count('value="earlier"') == 1
    assert "Zurzeit bekommt sie niemand per E-Mail" in shown
    ids = [part.split('"', 1)[0] for part in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_bad_input_is_sent_back_where_it_was_written(client, creator, good):
    step = write(good)
    bad = {"day": "99", "title": "", "text": "Jetzt mit Gutschein", "link": "ftp://example.org/"}
    new = client.post(door(good), bad)
    assert new.status_code == 422
    assert set(new.context["step_form"].errors) == {"day", "title", "text", "link"}
    assert "„Gutschein“ ist Werbung" in new.content.decode()

    changed = client.post(door(good, step), bad)
    assert changed.status_code == 422
    assert not changed.context["step_form"].errors
    [(_step, form, _is_first)] = changed.context["first_steps"]
    assert set(form.errors) == {"day", "title", "text", "link"}
    assert "<details open>" in changed.content.decode()
    assert places(good) == [(0, 1, "Open it")]


def test_only_the_right_opens_the_doors_and_only_of_its_good(client, good, make_good, make_staff, buyer):
    step, other = write(good), make_good(title="Other")
    given = {"day": "0", "title": "x", "text": "y"}
    assert client.post(door(good), given).status_code == 302
    client.force_login(buyer)
    assert client.post(door(good), given).status_code == 403
    person = make_staff()
    client.force_login(person)
    for action in (given, {"action": "remove"}, {"action": "earlier"}):
        assert client.post(door(good, step), action).status_code == 403
    client.force_login(make_staff_of(person))
    assert client.get(door(good)).status_code == 405
    assert client.post(door(other, step), {"action": "remove"}).status_code == 404
    assert places(good) == [(0, 1, "Open it")]


def make_staff_of(person):
    from django.contrib.auth.models import Permission

    person.user_permissions.add(Permission.objects.get(codename="manage_digital_goods"))
    return type(person).objects.get(pk=person.pk)


def test_a_course_has_each_field_id_once(client, creator, make_good):
    page = client.get(page_of(make_good(kind="course"))).content.decode()
    ids = [part.split('"', 1)[0] for part in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


@pytest.fixture
def grant(good, make_order):
    order = make_order(good)
    note_confirmed(order_id=order.pk)
    note_paid(order_id=order.pk)
    return AccessGrant.objects.get()


def test_buyers_find_all_steps_on_their_page_as_long_as_it_is_open(client, grant):
    write(grant.good, "Second", day=3, text="One.\n<b>Two.</b>", link="https://example.org/a?b=1&c=2")
    write(grant.good, "First")
    write(grant.good, "Third", day=60)
    url = reverse("delivery-access", kwargs={"key": grant_token(grant)})
    page = client.get(url).content.decode()

    words = ["First</strong>", "Zum Anfang", "Second</strong>", "Nach 3 Tagen", "Third</strong>", "Nach 60 Tagen"]
    assert sorted(words, key=page.index) == words
    assert "One.<br>&lt;b&gt;Two.&lt;/b&gt;" in page
    assert '<a href="https://example.org/a?b=1&amp;c=2">Mehr zu „Second“</a>' in page

    end_access(grant_id=grant.pk, reason="", actor=None)
    assert "First</strong>" not in client.get(url).content.decode()


def test_a_good_without_steps_shows_no_heading_for_them(client, grant):
    page = client.get(reverse("delivery-access", kwargs={"key": grant_token(grant)}))
    assert "first-steps" not in page.content.decode()
