"""What automations may do with a contact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shopflow.audience import queries, services
from shopflow.audience.forms import GivePointsForm, PurposeForm, StageForm, TagDaysForm, TagForm
from shopflow.audience.models import Contact, Stage, Tag
from shopflow.contracts.automations import Action, Outcome, RunContext, actions
from shopflow.contracts.types import Label

NO_CONTACT = _("The shop has no contact with this address.")


class OnContact(Action):
    """An action on the contact with the run's address; without such a contact it is skipped."""

    needs = frozenset({"email"})
    transactional = True

    def run(self, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        contact = queries.contact_of(context.text("email"))
        if contact is None:
            return Outcome.skipped("no_contact", NO_CONTACT)
        if context.dry_run or context.is_test:
            return Outcome.done("would_do", self.describe(settings))
        return self.act(contact, context, settings)

    def act(self, contact: Contact, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        raise NotImplementedError


@actions.register
class AddTag(OnContact):
    code = "add_tag"
    label = _("add a tag")
    description = _("Gives the contact a tag, for good or for some days.")
    form_class = TagDaysForm

    def act(self, contact: Contact, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        tag = services.tag_named(settings["tag"])
        days = settings.get("days") or None
        added = services.add_tag(contact=contact, tag=tag, source=f"flow:{context.flow}", days=days)
        return Outcome.done("tag_added" if added else "tag_there", self.describe(settings))

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return gettext("add the tag “%(tag)s”") % {"tag": settings["tag"]}


@actions.register
class RemoveTag(OnContact):
    code = "remove_tag"
    label = _("remove a tag")
    description = _("Takes a tag away from the contact.")
    form_class = TagForm

    def act(self, contact: Contact, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        tag = Tag.objects.filter(code=settings["tag"]).first()
        if tag is None or not services.remove_tag(contact=contact, tag=tag, source=f"flow:{context.flow}"):
            return Outcome.done("tag_not_there", self.describe(settings))
        return Outcome.done("tag_removed", self.describe(settings))

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return gettext("remove the tag “%(tag)s”") % {"tag": settings["tag"]}


@actions.register
class GivePoints(OnContact):
    code = "give_points"
    label = _("give points")
    description = _("Adds points to the contact's score, or takes some away.")
    form_class = GivePointsForm

    def act(self, contact: Contact, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        given = services.give_points(
            contact=contact,
            points=int(settings["points"]),
            reason=str(settings.get("reason") or self.label),
            source_key=f"run:{context.run_key}"[:128],
        )
        return Outcome.done("points_given" if given else "points_given_before", self.describe(settings))

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return gettext("give %(points)s points") % {"points": settings["points"]}


@actions.register
class ForgetProfile(OnContact):
    """Settings: ``purpose``, whose consent is withdrawn. Orders, account and other consents stay."""

    code = "forget_profile"
    label = _("withdraw the consent and delete the profile")
    description = _("Takes the consent back and deletes the profile; orders and the account stay.")
    form_class = PurposeForm

    def act(self, contact: Contact, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        count = services.forget_profile(
            contact=contact, purpose=str(settings["purpose"]), source=f"flow:{context.flow}"
        )
        return Outcome.done("profile_forgotten", self.describe(settings), rows=count)


@actions.register
class SetStage(OnContact):
    code = "set_stage"
    label = _("move to a stage")
    description = _("Moves the contact to the stage of the pipeline that you choose.")
    form_class = StageForm

    def act(self, contact: Contact, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        stage = Stage.objects.filter(code=settings["stage"]).first()
        if stage is None:
            return Outcome.failed("no_stage", gettext("There is no stage “%(code)s”.") % {"code": settings["stage"]})
        moved = services.move_contact(contact=contact, stage=stage)
        return Outcome.done("stage_set" if moved else "stage_there", self.describe(settings))

    def describe(self, settings: Mapping[str, Any]) -> Label:
        stage = Stage.objects.filter(code=settings["stage"]).first()
        return gettext("move to the stage “%(stage)s”") % {"stage": stage.label if stage else settings["stage"]}
