"""The form of a mail: choosing a text fills in what the shop's own automations send it with."""

from __future__ import annotations

import re

import pytest

from shopflow.automations.definitions import Act, read
from shopflow.automations.definitions.mentions import templates_of
from shopflow.automations.forms.choosing import with_choices
from shopflow.automations.forms.mails import PRESET, MailParts, preset_of
from shopflow.automations.forms.settings import MailForm
from shopflow.automations.services import open_draft
from shopflow.contracts.automations import flows
from shopflow.contracts.mail import mail_contexts
from tests.automations.doubles import WORK, BasketWords
from tests.automations.editor import now, save, url

pytestmark = pytest.mark.django_db
REST = {"leave-count": "0", "skip-count": "0", "late-unit": "days", "late-late": "skip"}
REVIEW = {
    "template": "review_request", "mail_class": "advertising", "purpose": "review_request",
    "basis": "consent_or_customer", "contexts": ["order", "review_links", "mail_preferences"],
}  # fmt: skip


@pytest.fixture
def draft(make_flow):
    mail = {"id": "mail", "kind": "action", "action": "send_mail",
            "settings": {"template": "payment_reminder", "mail_class": "transactional",
                         "contexts": ["order", "payment", "legal"]}}  # fmt: skip
    return open_draft(flow=make_flow(mail, enabled=False), actor=None)


def entered(template, was="payment_reminder", **more):
    shown = {"s-mail_class": "transactional", "s-contexts": ["order", "payment", "legal"], **more}
    return {"template-was": was, "s-template": template, **shown, **REST}


def ticked(page, name="s-contexts"):
    boxes = re.findall(rf'<input type="checkbox" name="{name}" value="(\w+)"( checked)?>', page)
    return [code for code, checked in boxes if checked]


def selected(page, name):
    select = re.search(rf'<select name="{name}".*?</select>', page, re.DOTALL).group()
    return re.search(r'<option value="(\w*)" selected', select).group(1)


def test_choosing_another_text_fills_in_what_it_needs_and_stores_nothing(keeper, draft):
    before = now(draft)
    answer = keeper.post(url("builder-step", "test_flow", "mail"), {"row": "refresh", **entered("review_request")})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert [selected(page, f"s-{name}") for name in ("template", "mail_class", "purpose", "basis")] == [
        "review_request", "advertising", "review_request", "consent_or_customer"
    ]  # fmt: skip
    assert ticked(page) == ["order", "review_links", "mail_preferences"]
    assert "Voreingestellt wie in „Bewertungsanfrage“." in page
    assert '<input type="hidden" name="template-was" value="review_request">' in page
    assert now(draft) == before


def test_who_saves_without_having_seen_it_sees_it_first(keeper, draft):
    before = now(draft)
    answer = save(keeper, draft, "mail", **entered("review_request"))
    assert answer.status_code == 200
    assert "Voreingestellt wie in „Bewertungsanfrage“." in answer.content.decode()
    assert now(draft) == before
    again = {f"s-{name}": value for name, value in REVIEW.items()}
    assert save(keeper, draft, "mail", **{"template-was": "review_request", **again, **REST}).status_code == 302
    assert now(draft)["steps"][0]["settings"] == REVIEW


def test_what_advertising_needs_goes_when_the_text_is_none(keeper, draft):
    data = entered("withdrawal_accepted", "review_request", **{f"s-{name}": value for name, value in REVIEW.items()})
    data["s-template"] = "withdrawal_accepted"
    page = keeper.post(url("builder-step", "test_flow", "mail"), {"row": "refresh", **data}).content.decode()
    assert (selected(page, "s-mail_class"), ticked(page)) == ("transactional", ["withdrawal"])
    assert [selected(page, f"s-{name}") for name in ("purpose", "basis")] == ["", ""]


def test_what_was_changed_by_hand_stays_while_the_text_is_the_same(keeper, draft):
    answer = save(keeper, draft, "mail", **entered("payment_reminder", **{"s-contexts": ["order"]}))
    assert answer.status_code == 302
    assert now(draft)["steps"][0]["settings"]["contexts"] == ["order"]
    page = keeper.get(url("builder-step", "test_flow", "mail")).content.decode()
    assert "Die Vorlage braucht auch dies, sonst fehlen Worte in der E-Mail: Zahlung, Rechtstexte." in page
    assert '<details class="builder-more mail-parts" open>' in page


def test_a_text_of_the_shops_own_changes_nothing(keeper, draft):
    answer = save(keeper, draft, "mail", **entered("newsletter"))
    assert answer.status_code == 302
    settings = now(draft)["steps"][0]["settings"]
    assert (settings["template"], settings["contexts"]) == ("newsletter", ["order", "payment", "legal"])
    page = keeper.get(url("builder-step", "test_flow", "mail")).content.decode()
    assert "Keine der mitgelieferten Automationen verschickt diese Vorlage" in page


def test_the_boxes_are_folded_away_and_grouped_by_room(keeper, draft):
    page = keeper.get(url("builder-step", "test_flow", "mail")).content.decode()
    folded = page[page.index('<details class="builder-more mail-parts">') :]
    folded = folded[: folded.index("Dateien, die mitgehen")]
    assert '<span class="mail-parts__said">Bestellung, Zahlung, Rechtstexte</span>' in folded
    legends = re.findall(r"<legend>(.*?)</legend>", folded)
    assert legends[0] == "Das braucht die Vorlage"
    assert {"Kontakte", "Teile"} <= set(legends[1:])
    assert legends[1:] == sorted(legends[1:])
    boxes = re.findall(r'name="s-contexts" value="(\w+)"', folded)
    assert boxes[:3] == ["order", "payment", "legal"]
    assert sorted(boxes) == sorted(mail_contexts.codes())
    files = re.findall(r'name="s-attach" value="(\w+)"', page)
    assert {"legal", "payment"} <= set(files)
    assert "order" not in files, "only those that have files"


def test_a_box_says_what_the_event_lacks(keeper, draft):
    page = keeper.get(url("builder-step", "test_flow", "mail")).content.decode()
    needs = page[page.index('value="withdrawal"') :]
    assert "Hier nicht möglich: Das Ereignis nennt " in needs[: needs.index("</label>")]
    own = page[page.index('value="contact"') :]
    assert "Hier nicht" not in own[: own.index("</label>")]


def test_nothing_is_said_to_be_lacking_before_it_is_known_what_begins_the_automation():
    parts = MailParts(with_choices(MailForm(initial={"template": "payment_reminder"})), event="")
    assert {part.hint for part in [*parts.needed, *parts.files]} == {""}


def test_a_room_that_is_gone_stays_ticked_until_somebody_unticks_it():
    held = {"template": "payment_reminder", "contexts": ["order", "gone"], "attach": ["legal"]}
    parts = MailParts(with_choices(MailForm(initial=held)), event="")
    assert (parts.unknown, parts.lacking, parts.is_open) == (["gone"], "Zahlung, Rechtstexte", True)
    assert [part.code for part in parts.files if part.ticked] == ["legal"]


def test_nothing_is_chosen_for_a_new_mail(keeper, make_flow):
    mail = {"id": "mail", "kind": "action", "action": "send_mail", "settings": {}}
    draft = open_draft(flow=make_flow(WORK, enabled=False), actor=None)
    state = draft.states.get(number=draft.position)
    state.definition = {**state.definition, "steps": [mail]}
    state.save()
    page = keeper.get(url("builder-step", "test_flow", "mail")).content.decode()
    assert selected(page, "s-mail_class") == ""
    assert ticked(page) == []
    assert "Wählen Sie zuerst eine Vorlage" in page
    answer = save(keeper, draft, "mail", **{"s-template": "newsletter", "s-mail_class": "", **REST})
    assert answer.status_code == 422


def sent_by_the_shop():
    for code in flows.codes():
        definition = read(flows.get(code).define().definition)
        for step in definition.steps:
            if isinstance(step, Act) and step.action == "send_mail":
                for template in templates_of(step, definition):
                    yield template, {name: step.settings[name] for name in PRESET if name in step.settings}


def test_whoever_sends_a_text_sends_it_as_it_is_filled_in():
    sent = list(sent_by_the_shop())
    assert len({template for template, _settings in sent}) > 70
    for template, settings in sent:
        assert preset_of(template).settings == settings, template


def test_what_is_filled_in_can_be_saved():
    for template, settings in sent_by_the_shop():
        form = MailForm({"template": template, **settings})
        assert form.is_valid(), (template, form.errors)


def test_a_context_that_is_not_installed_is_not_filled_in():
    with mail_contexts.without("review_links"):
        assert preset_of("review_request").codes("contexts") == ["order", "mail_preferences"]
    assert preset_of("nothing") is None
    assert BasketWords.code in mail_contexts
