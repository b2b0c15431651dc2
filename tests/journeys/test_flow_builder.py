"""Staff who do not program build a flow: once with the mouse, once with the keyboard alone; then the engine runs it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from oscar_ext.order.events import OrderPlaced
from shopflow.automations.models import Flow, FlowDraft, Run
from shopflow.automations.services import handle_event, run_due
from shopflow.contracts.events import PublishedEvent
from shopflow.core import clock
from shopflow.desk.models import StaffTask
from shopflow.mailing.services import send_due

pytestmark = [pytest.mark.journey, pytest.mark.once, pytest.mark.django_db(transaction=True)]
AREA = "/dashboard/shopflow/automations/"


@pytest.fixture
def signed_in(page, django_user_model):
    """The page of a staff member who may do everything, and the errors that the browser reports."""
    django_user_model.objects.create_superuser("chef@example.org", "geheim-geheim")
    page.emulate_media(reduced_motion="reduce")  # what is still scrolling is easily missed
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(f"/dashboard/login/?next={AREA}neu/")
    page.fill("input[type=email], input[name=username]", "chef@example.org")
    page.fill("input[type=password]", "geheim-geheim")
    page.click("main button[type=submit], form button[type=submit]")
    page.wait_for_url(f"**{AREA}neu/")
    return page


def until(page, expression, arg=None):
    """Wait until JavaScript says yes; the shop's policy forbids Playwright's own way of waiting."""
    for _turn in range(200):
        if page.evaluate(expression, arg):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {expression}")


def saved(page):
    page.wait_for_selector("[data-save-state]:not([data-state=saving])")


def steps():
    draft = FlowDraft.objects.get()
    return draft.states.get(number=draft.position).definition["steps"]


def shape():
    return [(step["kind"], step.get("action", "")) for step in steps()]


def drag(page, entry, place):
    before = page.locator("[data-step]").count()
    page.locator(f"[data-entry='{entry}']").drag_to(page.locator(f".flow-add[data-place='{place}']"))
    until(page, "n => document.querySelectorAll('[data-step]').length > n", before)
    page.wait_for_selector("[data-panel]:not([hidden]) form")


def save_form(page):
    page.click("[data-panel] .builder-form__foot button[name=save]")
    page.wait_for_selector("[data-panel]", state="hidden")
    saved(page)


def run_until_idle():
    while run_due():
        pass


def test_by_drag_and_drop(signed_in, shop_url, seller, looks_right):
    page = signed_in
    page.fill("#id_name", "Nachfassen")
    page.click("main form.card button[type=submit]")
    page.wait_for_url("**/nachfassen/bauen/")
    page.set_viewport_size({"width": 1280, "height": 900})

    page.locator("[data-entry='trigger:order_placed']").drag_to(page.locator("#step-trigger"))
    until(page, "document.querySelector('#step-trigger').textContent.includes('Bestellung eingegangen')")
    page.click("#step-entry [data-edit]")
    page.check("[data-panel] input[value='order:{order_id}']")
    save_form(page)

    drag(page, "wait:for", "first")
    page.fill("[data-panel] [name=s-amount]", "3")
    page.fill("[data-panel] [name=s-at]", "18:00")
    save_form(page)
    assert steps()[0] | {"id": ""} == {"id": "", "kind": "wait", "for": {"days": 3}, "at": "18:00"}

    drag(page, "condition:", "after:for")
    page.select_option("[data-panel] [name=ask-0-what]", "f:total_cents")
    page.wait_for_selector("[data-panel] [name=ask-0-op]")
    page.select_option("[data-panel] [name=ask-0-op]", "at_least")
    page.fill("[data-panel] [name=ask-0-value]", "99,999")
    page.click("[data-panel] .builder-form__foot button[name=save]")
    until(page, "document.querySelector('[data-panel] .field__error')?.textContent.includes('zwei Stellen')")
    page.fill("[data-panel] [name=ask-0-value]", "1.099,90")
    save_form(page)
    assert steps()[1]["ask"] == {"field": "total_cents", "op": "at_least", "value": 109990}
    until(page, "document.querySelector('#step-condition').textContent.includes('1.099,90\u00a0€')")
    page.click("#step-condition [data-edit]")
    page.wait_for_selector("[data-panel] [name=ask-0-value]")
    assert page.input_value("[data-panel] [name=ask-0-value]") == "1.099,90\u00a0€"
    looks_right(page)
    save_form(page)
    assert steps()[1]["ask"]["value"] == 109990

    drag(page, "action:send_mail", "in:condition:then")
    page.click("[data-panel] .builder-form__foot button[name=save]")
    page.wait_for_selector("[data-panel] .field__error")
    looks_right(page)
    page.select_option("[data-panel] [name=s-template]", "payment_reminder")
    page.wait_for_selector("[data-panel] .notice--positive")
    assert page.input_value("[data-panel] [name=s-mail_class]") == "transactional"
    page.click("[data-panel] .mail-parts > summary")
    assert page.is_checked("[data-panel] [name=s-contexts][value=payment]")
    page.uncheck("[data-panel] [name=s-contexts][value=payment]")
    page.uncheck("[data-panel] [name=s-contexts][value=legal]")
    looks_right(page)
    save_form(page)
    sent = {"template": "payment_reminder", "mail_class": "transactional", "contexts": ["order"]}
    assert steps()[2]["settings"] == sent

    drag(page, "action:open_staff_task", "in:condition:else")
    page.fill("[data-panel] [name=s-title]", "Anrufen wegen {order_number}")
    save_form(page)
    assert shape() == [
        ("wait", ""), ("condition", ""), ("action", "send_mail"), ("action", "open_staff_task")
    ]  # fmt: skip
    looks_right(page)

    # A step is dragged before the wait, and that is taken back by keyboard.
    page.locator("#step-open_staff_task").drag_to(page.locator(".flow-add[data-place='first']"))
    until(page, "document.querySelector('[data-step]').id === 'step-open_staff_task'")
    page.focus("#step-for [data-edit]")
    page.keyboard.press("Control+z")
    until(page, "document.querySelector('[data-step]').id === 'step-for'")

    page.click("text=Prüfen und veröffentlichen")
    page.wait_for_url("**/veroeffentlichen/")
    looks_right(page)
    page.fill("#id_note", "erste Fassung")
    page.click("main button:has-text('Veröffentlichen')")
    page.wait_for_url("**/ablauf/nachfassen/")
    assert page.errors == []

    flow = Flow.objects.select_related("active_version").get(code="nachfassen")
    assert flow.active_version.note == "erste Fassung"
    Flow.objects.filter(pk=flow.pk).update(enabled=True)
    placed = OrderPlaced(
        order_id=7, order_number="107", email="erika@example.org", user_id=None, basket_id=None,
        payment_method="bank_transfer", total_cents=5000,
    )  # fmt: skip
    with transaction.atomic():
        handle_event(published=PublishedEvent(id=1, occurred_at=clock.now(), event=placed))
    run_until_idle()
    run = Run.objects.get(flow=flow)
    assert run.node == "for"
    clock.move_forward(timedelta(days=4))
    run_until_idle()
    run.refresh_from_db()
    assert (run.state, [step.node for step in run.steps.order_by("pk")]) == (
        "done", ["for", "condition", "open_staff_task"]
    )  # fmt: skip
    assert [task.title for task in StaffTask.objects.all()] == ["Anrufen wegen 107"]


def test_by_keyboard_alone(signed_in, shop_url):
    page = signed_in
    page.set_viewport_size({"width": 1280, "height": 900})
    press = page.keyboard.press
    page.focus("#id_name")
    page.keyboard.type("Tastatur")
    press("Enter")
    page.wait_for_url("**/tastatur/bauen/")

    def put_in(words, heading=""):
        press("+")
        until(page, "document.activeElement.matches('[data-palette-search]')")
        page.keyboard.type(words)
        press("ArrowDown")
        press("Enter")
        page.wait_for_selector("[data-panel]:not([hidden]) form")

    def tab_to(name):
        tab_until(page, f"document.activeElement.name === {name!r}")

    def save():
        tab_to("save")
        press("Enter")
        page.wait_for_selector("[data-panel]", state="hidden")
        until(page, "document.activeElement.matches('[data-edit]')")

    page.focus("#step-trigger [data-edit]")
    press("Enter")
    page.wait_for_selector("[data-panel]:not([hidden]) form")
    tab_to("trigger-event")
    page.keyboard.type("Bestellung eingegangen")
    page.wait_for_selector("[data-panel] [name=trigger-where0-field]")
    save()
    page.focus("#step-entry [data-edit]")
    press("Enter")
    page.wait_for_selector("[data-panel]:not([hidden]) form")
    tab_to("entry-entry_key")
    press("Space")
    save()

    page.focus("#step-trigger [data-edit]")
    put_in("Eine Zeit lang")
    tab_to("s-amount")
    page.keyboard.type("3")
    save()
    put_in("Frage stellen")
    tab_to("ask-0-what")
    page.keyboard.type("Gesamtbetrag")
    page.wait_for_selector("[data-panel] [name=ask-0-value]")
    tab_to("ask-0-value")
    page.keyboard.type("10000")
    save()
    assert page.evaluate("document.activeElement.closest('[data-step]').id") == "step-condition"

    # Right goes into the ways: an empty one is a place to put something.
    press("ArrowRight")
    press("Enter")
    until(page, "document.activeElement.matches('[data-palette-search]')")
    page.keyboard.type("Aufgabe geben")
    press("ArrowDown")
    press("Enter")
    page.wait_for_selector("[data-panel]:not([hidden]) form")
    tab_to("s-title")
    page.keyboard.type("Ja sagen")
    save()
    assert [step["id"] for step in steps()] == ["for", "condition", "open_staff_task"]

    press("Alt+ArrowUp")
    until(page, "document.querySelectorAll('[data-step]')[1].id === 'step-open_staff_task'")
    press("Delete")
    until(page, "document.querySelectorAll('[data-step]').length === 2")
    press("Control+z")
    until(page, "document.querySelectorAll('[data-step]').length === 3")
    until(page, "document.querySelector('[data-said]').textContent.startsWith('Zurückgenommen: Gelöscht')")

    page.focus("#step-for [data-edit]")
    put_in("Sende eine E-Mail")
    tab_to("s-template")
    choose(page, "payment_reminder")
    tab_to("s-mail_class")
    page.wait_for_selector("[data-panel] .notice--positive")
    assert page.input_value("[data-panel] [name=s-mail_class]") == "transactional"
    tab_until(page, "document.activeElement.matches('.mail-parts > summary')")
    press("Enter")
    tab_until(page, "document.activeElement.name === 's-contexts' && document.activeElement.value === 'order'")
    assert page.evaluate("document.activeElement.checked"), "the text has brought along what it needs"
    save()
    assert [step["id"] for step in steps()] == ["for", "send_mail", "open_staff_task", "condition"]
    publish_and_switch_on(page)
    assert page.errors == []


def tab_until(page, expression):
    for _count in range(90):
        if page.evaluate(expression):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by Tab: {expression}")


def choose(page, value):
    """Go down in the list that has the focus."""
    for _count in range(90):
        if page.evaluate("document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{value} is not in the list")


def follow(page, selector):
    """Past the menus by the first link of the page, on to what is wanted, and Enter."""
    if page.evaluate("document.activeElement === document.body"):
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    tab_until(page, f"document.activeElement.matches({selector!r})")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def publish_and_switch_on(page):
    """From the draft to a flow that is on, by keyboard: every way tested, what the linter thinks confirmed."""
    page.focus("[data-history] button")
    follow(page, "a.btn--primary[href$='/veroeffentlichen/']")
    follow(page, "main .btn--primary[type=submit]")
    flow = Flow.objects.get(code="tastatur")
    follow(page, "a[href$='/testlauf/']")

    open_ways = [""]
    while open_ways:
        way = open_ways.pop()
        follow(page, "main form.card .btn--primary")
        while offers := page.eval_on_selector_all("button[name=way]", "all => all.map(one => one.value)"):
            if len(offers) > 1 and not way:
                way, *others = offers
                open_ways += others
            chosen = way if way in offers else offers[0]
            follow(page, f"button[name=way][value={chosen}]")
        if open_ways:
            follow(page, "a[href$='/testlauf/'].btn--primary")
    while send_due():
        pass
    assert {address for one in mail.outbox for address in one.to} == {"chef@example.org"}
    assert {one.subject.partition("]")[0] for one in mail.outbox} == {"[Testlauf"}

    follow(page, "a.btn[href$='/einschalten/']")
    assert page.locator("#findings ~ ul li, #findings ~ p").count()
    if page.locator("#id_reason").count():
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        tab_until(page, "document.activeElement.id === 'id_reason'")
        page.keyboard.type("So gewollt")
    follow(page, "main form.card .btn--primary")
    flow.refresh_from_db()
    assert flow.enabled
    assert [flow.active_version.number, Run.objects.count(), StaffTask.objects.count()] == [1, 0, 0]


def test_nothing_is_lost_without_a_connection_or_beside_somebody_else(signed_in, shop_url):
    page = signed_in
    page.set_viewport_size({"width": 1280, "height": 900})
    page.fill("#id_name", "Gemeinsam")
    page.click("main form.card button[type=submit]")
    page.wait_for_url("**/gemeinsam/bauen/")

    page.context.set_offline(True)
    page.click("[data-entry='action:stop']")
    page.wait_for_selector("[data-save-state][data-state=failed]")
    assert steps() == []
    page.context.set_offline(False)
    page.wait_for_selector("#step-step_stop")
    assert shape() == [("action", "stop")]
    page.wait_for_selector("[data-panel]:not([hidden]) form")
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-panel]", state="hidden")

    other = page.context.new_page()
    other.set_viewport_size({"width": 1280, "height": 900})
    other.goto(page.url)
    other.click("[data-entry='wait:for']")
    other.wait_for_selector("#step-for")
    page.click("[data-entry='wait:until_time']")
    page.wait_for_selector("[data-toast]:not([hidden])")
    page.wait_for_selector("#step-for")
    assert len(steps()) == 2
    page.click("[data-toast] button >> nth=0")
    page.wait_for_selector("#step-until_time")
    assert {step["id"] for step in steps()} == {"step_stop", "for", "until_time"}
