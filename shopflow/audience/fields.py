"""What contacts can be sorted by: their own data, tags, segments, consents, sources, and the attributes of staff."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import BooleanField, CharField, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat, ExtractDay, ExtractMonth, LPad, StrIndex, Substr
from django.utils.translation import gettext_lazy as _

from shopflow.audience.models import (
    AttributeDefinition,
    AttributeValue,
    Consent,
    Contact,
    ContactOrder,
    Segment,
    SegmentMember,
    ShareLink,
    Stage,
    Tag,
    TagAssignment,
    Touch,
)
from shopflow.audience.purposes import purposes
from shopflow.contracts.registry import UnknownCode
from shopflow.contracts.segments import AmountUnit, FieldKind, SegmentField, segment_fields
from shopflow.contracts.types import Label
from shopflow.core import clock

CONTACT, STANDING, SOURCE = _("Contact"), _("Standing"), _("Where they came from")
Choices = Callable[[], Sequence[tuple[str, Label]]]
ATTRIBUTE = "attribute."


def column(name: str) -> Any:
    """A column of the contact, with its type."""
    field: Any = Contact._meta.get_field(name)
    return ExpressionWrapper(F(name), output_field=field)


def add_field(
    *,
    code: str,
    label: Label,
    description: Label,
    group: Label,
    kind: FieldKind,
    value: Callable[[], Any] = lambda: None,
    holds: Callable[[Sequence[str]], Any] | None = None,
    choices: Choices = lambda: (),
    amount_in: AmountUnit | None = None,
) -> None:
    """Register a field that needs no class of its own."""
    body: dict[str, Any] = {
        "code": code,
        "label": label,
        "group": group,
        "kind": kind,
        "description": description,
        "amount_in": amount_in,
        "expression": lambda self: value(),
        "choices": lambda self: choices(),
        "__module__": __name__,
    }
    if holds is not None:
        body["holds"] = lambda self, values: holds(values)
    segment_fields.register(type(f"Field_{code}", (SegmentField,), body))


def _domain() -> Any:
    at = StrIndex(F("email"), Value("@"))
    return Substr(F("email"), at + 1, output_field=CharField())


for _name, _label, _about in (
    ("email", _("e-mail"), _("The e-mail address of the contact.")),
    ("name", _("name"), _("The name of the contact.")),
    ("company", _("company"), _("The company that the contact belongs to.")),
    ("language", _("language"), _("The language in which the contact is written to.")),
    ("time_zone", _("time zone"), _("The time zone that was entered for the contact.")),
):
    add_field(
        code=_name,
        label=_label,
        description=_about,
        group=CONTACT,
        kind=FieldKind.TEXT,
        value=partial(column, _name),
    )

add_field(
    code="email_domain",
    label=_("domain of the e-mail"),
    description=_("What comes after the @ in the contact's address."),
    group=CONTACT,
    kind=FieldKind.TEXT,
    value=_domain,
)
add_field(
    code="kind",
    label=_("kind of customer"),
    description=_("Whether the contact buys as a consumer or as a business."),
    group=CONTACT,
    kind=FieldKind.CHOICE,
    value=lambda: column("kind"),
    choices=lambda: [choice for choice in Contact.Kind.choices if choice[0]],
)
add_field(
    code="known_since",
    label=_("known since"),
    description=_("When the shop got to know the contact."),
    group=CONTACT,
    kind=FieldKind.MOMENT,
    value=lambda: column("created_at"),
)
add_field(
    code="has_account",
    label=_("has a customer account"),
    description=_("Whether the contact can sign in to the shop."),
    group=CONTACT,
    kind=FieldKind.BOOLEAN,
    value=lambda: ExpressionWrapper(Q(user__isnull=False), output_field=BooleanField()),
)


def staff_members() -> list[tuple[str, Label]]:
    """The people who may look after contacts, by e-mail."""
    people = get_user_model().objects.filter(is_staff=True, is_active=True).order_by("email")
    return [(email, email) for email in people.values_list("email", flat=True)]


def _of(model: Any, reference: str, name: str) -> Any:
    """A text of the row that the contact's ``reference`` names."""
    return Subquery(model.objects.filter(pk=OuterRef(reference)).values(name), output_field=CharField())


add_field(
    code="owner",
    label=_("looked after by"),
    description=_("The member of your staff who looks after the contact."),
    group=STANDING,
    kind=FieldKind.CHOICE,
    value=lambda: _of(get_user_model(), "owner_id", "email"),
    choices=staff_members,
)
add_field(
    code="stage",
    label=_("stage"),
    description=_("Where the contact stands in the pipeline."),
    group=STANDING,
    kind=FieldKind.CHOICE,
    value=lambda: _of(Stage, "stage_id", "code"),
    choices=lambda: list(Stage.objects.values_list("code", "label")),
)
add_field(
    code="stage_outcome",
    label=_("outcome of the pipeline"),
    description=_("Whether the pipeline is open, won or lost for the contact."),
    group=STANDING,
    kind=FieldKind.CHOICE,
    value=lambda: _of(Stage, "stage_id", "outcome"),
    choices=lambda: Stage.Outcome.choices,
)
add_field(
    code="score",
    label=_("score"),
    description=_("The contact's points as they are now; old ones count less."),
    group=STANDING,
    kind=FieldKind.NUMBER,
    value=lambda: column("score"),
)


def _tagged(values: Sequence[str]) -> Any:
    rows = TagAssignment.objects.filter(contact=OuterRef("pk"))
    rows = rows.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now()))
    return Exists(rows.filter(tag__code__in=values) if values else rows)


def _member(values: Sequence[str]) -> Any:
    rows = SegmentMember.objects.filter(contact=OuterRef("pk"))
    return Exists(rows.filter(segment__code__in=values) if values else rows)


def _agreed(values: Sequence[str]) -> Any:
    rows = Consent.objects.filter(email=OuterRef("email"), state=Consent.State.GRANTED)
    return Exists(rows.filter(purpose__in=values) if values else rows)


def _shared(values: Sequence[str]) -> Any:
    wanted = Q(share_link__code__in=values) if values else Q(share_link__isnull=False)
    touched = Touch.objects.filter(wanted, contact=OuterRef("pk"))
    bought = ContactOrder.objects.filter(wanted, contact=OuterRef("pk"))
    return Q(Exists(touched)) | Q(Exists(bought))


add_field(
    code="tags",
    label=_("tags"),
    description=_("The tags that the contact has today."),
    group=STANDING,
    kind=FieldKind.MANY,
    holds=_tagged,
    choices=lambda: list(Tag.objects.values_list("code", "label")),
)
add_field(
    code="segments",
    label=_("segments"),
    description=_("The segments that held the contact at their last refresh."),
    group=STANDING,
    kind=FieldKind.MANY,
    holds=_member,
    choices=lambda: list(Segment.objects.values_list("code", "label")),
)
add_field(
    code="consents",
    label=_("has agreed to"),
    description=_("The kinds of e-mails that the contact has agreed to."),
    group=STANDING,
    kind=FieldKind.MANY,
    holds=_agreed,
    choices=lambda: purposes.choices(),
)
add_field(
    code="share_link",
    label=_("share link"),
    description=_("The share links that led the contact to the shop or to an order."),
    group=SOURCE,
    kind=FieldKind.MANY,
    holds=_shared,
    choices=lambda: list(ShareLink.objects.filter(contact=None).values_list("code", "label")[:200]),
)


def _touch(which: str, name: str) -> Any:
    return Subquery(Touch.objects.filter(contact=OuterRef("pk"), which=which).values(name), output_field=CharField())


_LEADS = (
    ("lead_source", _("source"), _("The site or mailing that brought the contact to the shop last.")),
    ("lead_medium", _("medium"), _("The kind of link that brought the contact to the shop last.")),
    ("lead_campaign", _("campaign"), _("The campaign that brought the contact to the shop last.")),
    (
        "first_lead_source",
        _("first source"),
        _("The site or mailing that brought the contact to the shop for the first time."),
    ),
    (
        "first_lead_medium",
        _("first medium"),
        _("The kind of link that brought the contact to the shop for the first time."),
    ),
    (
        "first_lead_campaign",
        _("first campaign"),
        _("The campaign that brought the contact to the shop for the first time."),
    ),
)
for _code, _label, _about in _LEADS:
    add_field(
        code=_code,
        label=_label,
        description=_about,
        group=SOURCE,
        kind=FieldKind.TEXT,
        value=partial(
            _touch, Touch.Which.FIRST if _code.startswith("first_") else Touch.Which.LAST, _code.rpartition("_")[2]
        ),
    )


def _month_day() -> Any:
    """A day of the year as text, such as 05-31."""
    month, day = (LPad(Cast(part("day"), CharField()), 2, Value("0")) for part in (ExtractMonth, ExtractDay))
    return Concat(month, Value("-"), day, output_field=CharField())


class AttributeField(SegmentField):
    """An attribute that staff have defined; made when it is asked for, because staff may change it at any time."""

    group = _("Attributes")
    _KINDS = {
        AttributeDefinition.Kind.TEXT: (FieldKind.TEXT, "text"),
        AttributeDefinition.Kind.CHOICE: (FieldKind.CHOICE, "text"),
        AttributeDefinition.Kind.NUMBER: (FieldKind.NUMBER, "number"),
        AttributeDefinition.Kind.DATE: (FieldKind.DATE, "day"),
        AttributeDefinition.Kind.BOOLEAN: (FieldKind.BOOLEAN, "flag"),
        AttributeDefinition.Kind.ANNUAL: (FieldKind.TEXT, "month_day"),
    }

    def __init__(self, definition: AttributeDefinition) -> None:
        self.definition = definition
        self.code = f"{ATTRIBUTE}{definition.code}"  # type: ignore[misc]
        self.label = definition.label  # type: ignore[misc]
        self.kind, self._column = self._KINDS[AttributeDefinition.Kind(definition.kind)]  # type: ignore[misc]

    def expression(self) -> Any:
        values = AttributeValue.objects.filter(contact=OuterRef("pk"), definition=self.definition)
        if self._column == "month_day":
            values = values.annotate(month_day=_month_day())
        return Subquery(values.values(self._column))

    def choices(self) -> Sequence[tuple[str, Label]]:
        return [(word, word) for word in self.definition.choices]


def find_field(code: str) -> SegmentField:
    """The registered field, or the attribute's. Raises UnknownCode for one that is not there."""
    if not code.startswith(ATTRIBUTE):
        return segment_fields.get(code)
    definition = AttributeDefinition.objects.filter(code=code.removeprefix(ATTRIBUTE)).first()
    if definition is None:
        raise UnknownCode("segment field", code)
    return AttributeField(definition)


def all_fields() -> list[SegmentField]:
    """Every field, attributes last; in the order of groups and labels."""
    known = sorted(segment_fields, key=lambda field: (str(field.group), str(field.label)))
    return [*known, *(AttributeField(definition) for definition in AttributeDefinition.objects.all())]
