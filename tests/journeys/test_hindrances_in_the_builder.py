"""What used to stop people in the flow editor: at the keyboard, on a phone, and beside somebody else."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from shopflow.automations.models import FlowDraft
from shopflow.automations.services import change_draft, create_flow, definition_in

pytestmark = [pytest.mark.journey, pytest.mark.once, pytest.mark.django_db(transaction=True)]
WAIT = {"id": "pause", "kind": "wait", "for": {"days": 3}}
CALL = {"kind": "follow_up", "title": "Anrufen"}
TASK = {"id": "task", "kind": "action", "action": "open_staff_task", "settings": CALL}
FLOW = {
    "schema": 2, "trigger": {"event": "order_placed"}, "entry_key": "order:{order_id}", "reentry": {"mode": "per_key"},
    "steps": [WAIT, TASK],
}  # fmt: skip


@pytest.fixture
def chef():
    return get_user_model().objects.create_superuser("chef@example.org", "geheim-geheim")


@pytest.fixture
def draft(chef):
    return create_flow(code="probe", name="Probe", definition=FLOW, actor=chef)


@pytest.fixture
def editor(page, shop_url, chef, draft):
    """The draft's page in a browser that is signed in."""
    client = Client()
    client.force_login(chef)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": shop_url}])
    page.emulate_media(reduced_motion="reduce")  # what is still scrolling is easily missed
    page.goto("/dashboard/shopflow/automations/ablauf/probe/bauen/")
    page.wait_for_selector(".has-script")
    return page


def until(page, expression, arg=None):
    """Wait until JavaScript says yes; the shop's policy forbids Playwright's own way of waiting."""
    for _turn in range(200):
        if page.evaluate(expression, arg):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {expression}")


def told(page, words):
    until(page, "words => document.querySelector('[data-said]').textContent.includes(words)", words)


def has_focus(page, selector):
    until(page, "selector => document.activeElement.matches(selector)", selector)


def open_form(page, step):
    page.click(f"#step-{step} .flow-card__text")
    page.wait_for_selector(f"[data-panel]:not([hidden]) [data-form={step}]")


def by_somebody_else(steps):
    """Somebody changes the draft beside us."""
    draft = FlowDraft.objects.get()
    other, _new = get_user_model().objects.get_or_create(email="andere@example.org", defaults={"is_staff": True})
    definition = {**definition_in(draft), "steps": steps}
    change_draft(draft=draft, revision=draft.revision, definition=definition, sentence="x", actor=other)


def steps():
    return definition_in(FlowDraft.objects.get())["steps"]


def test_hands_on_the_keyboard(editor):
    page, press = editor, editor.keyboard.press
    page.focus("#step-trigger [data-edit]")
    press("Enter")
    page.wait_for_selector("[data-panel]:not([hidden]) [data-form=trigger]")
    page.focus("[name=trigger-event]")
    page.keyboard.type("Bestellstatus", delay=90)  # the first letters are other events, too
    assert page.evaluate("document.activeElement.selectedOptions[0].text").startswith("Bestellstatus")
    chosen = page.input_value("[name=trigger-event]")
    press("Tab")
    told(page, "passt jetzt zur Auswahl")
    assert page.input_value("[name=trigger-event]") == chosen
    until(page, "document.querySelector('[data-panel]').contains(document.activeElement)")
    assert page.evaluate("document.activeElement.name") not in ("trigger-event", "save")

    page.focus("#step-task [data-edit]")
    press("Enter")
    page.wait_for_selector("[data-panel]:not([hidden]) [data-form=task]")
    page.fill("[name=s-title]", "Nachfragen")
    press("Escape")
    told(page, "noch nicht gespeichert")
    has_focus(page, "#step-task [data-edit]")
    page.click("[data-toast] button >> nth=0")
    until(page, "document.querySelector('[name=s-title]')?.value === 'Nachfragen'")
    page.focus("[name=s-title]")
    press("Control+Enter")
    told(page, "Geändert")
    assert steps()[1]["settings"]["title"] == "Nachfragen"

    page.focus("[data-place='after:task'] a.flow-add__link")
    press("Enter")
    has_focus(page, "[data-palette-search]")
    press("Escape")
    has_focus(page, "[data-place='after:task'] a.flow-add__link")


def test_on_a_phone_everything_can_be_reached(editor, assert_accessible):
    page = editor
    page.set_viewport_size({"width": 390, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator(".builder-bar").bounding_box()["height"] < 80
    too_small = "all => all.map(one => one.getBoundingClientRect()).filter(box => box.height && box.height < 24).length"
    assert page.eval_on_selector_all(".builder-board a, .builder-board summary", too_small) == 0

    page.click("[data-place='after:task'] a.flow-add__link")
    page.wait_for_selector("[data-side].is-open")
    assert_accessible(page)
    for below in (".builder-bar", "[data-board]", "nav a"):
        assert page.eval_on_selector_all(below, "all => all.every(one => one.closest('[inert]'))"), below
    last = page.locator("[data-entry]:visible").last
    last.scroll_into_view_if_needed()
    box = last.bounding_box()
    assert 0 <= box["y"] <= 700 - box["height"]
    page.click("[data-entry='action:send_mail']")
    page.wait_for_selector("[data-panel]:not([hidden]) [data-form=send_mail]")
    save = page.locator(".builder-form__foot [name=save]").bounding_box()
    assert save["y"] + save["height"] <= 700
    assert_accessible(page)
    page.click("[data-panel] [data-close] >> nth=0")
    page.wait_for_selector("[data-side].is-open", state="detached")
    assert page.locator("[inert]").count() == 0


def test_beside_somebody_else_nothing_is_lost(editor):
    page = editor
    open_form(page, "pause")
    page.fill("[name=s-amount]", "5")
    by_somebody_else([{**WAIT, "for": {"days": 9}}, TASK])
    # A command of our own fetches the newer state; the form still stands on what it was opened with.
    page.click("[data-place='after:task'] a.flow-add__link")
    page.click("[data-entry='action:stop']")
    told(page, "andere@example.org")
    has_focus(page, "[data-toast] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#step-step_stop")
    page.wait_for_selector("[data-panel]:not([hidden]) [data-form=step_stop]")
    open_form(page, "pause")
    told(page, "nicht gespeichert")
    page.click("[data-toast] button >> nth=0")
    until(page, "document.querySelector('[name=s-amount]').value === '5'")

    by_somebody_else([{**WAIT, "for": {"days": 7}}, TASK])
    page.click("#step-task summary")
    page.click("#step-task button[value^='up:']")
    told(page, "andere@example.org")
    page.click("[data-panel] .builder-form__foot [name=save]")
    told(page, "Warte 7 Tage")
    assert steps()[0]["for"] == {"days": 7}
    page.click("[data-panel] .builder-form__foot [name=save]")
    told(page, "Geändert")
    assert steps()[0]["for"] == {"days": 5}

    open_form(page, "task")
    page.fill("[name=s-title]", "Bleibt hier")
    by_somebody_else([WAIT])
    page.click("[data-panel] .builder-form__foot [name=save]")
    told(page, "Nehmen Sie das Löschen zurück")
    assert page.locator("#step-task").count() == 0
    assert page.input_value("[name=s-title]") == "Bleibt hier"
    page.click("[data-history] [value=undo]")
    page.wait_for_selector("#step-task")
    page.click("[data-panel] .builder-form__foot [name=save]")
    told(page, "Geändert")
    assert steps()[1]["settings"]["title"] == "Bleibt hier"


def test_signed_out_or_without_a_draft(editor, shop_url, chef):
    page = editor
    page.context.clear_cookies(name="sessionid")
    page.click("#step-task .flow-card__text")
    told(page, "nicht mehr angemeldet")
    assert page.locator("[data-panel] form").count() == 0
    again = Client()
    again.force_login(chef)  # a new token comes with it
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": again.cookies["sessionid"].value, "url": shop_url}])
    page.click("#step-task summary")
    page.click("#step-task button[value^='up:']")
    told(page, "Nach oben verschoben")
    assert steps()[0]["id"] == "task"

    FlowDraft.objects.get().delete()
    page.click("#step-task summary")
    page.click("#step-task button[value^='delete:']")
    told(page, "veröffentlicht oder verworfen")
