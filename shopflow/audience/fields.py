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
from shopflow.contracts.segments import FieldKind, SegmentField, segment_fields
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
    group: Label,
    kind: FieldKind,
    value: Callable[[], Any] = lambda: None,
    holds: Callable[[Sequence[str]], Any] | None = None,
    choices: Choices = lambda: (),
    hint: Label = "",
) -> None:
    """Register a field that needs no class of its own."""
    body: dict[str, Any] = {
        "code": code,
        "label": label,
        "group": group,
        "kind": kind,
        "hint": hint,
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


for _name, _label in (
    ("email", _("e-mail")),
    ("name", _("name")),
    ("company", _("company")),
    ("language", _("language")),
    ("time_zone", _("time zone")),
):
    add_field(code=_name, label=_label, group=CONTACT, kind=FieldKind.TEXT, value=partial(column, _name))

add_field(code="email_domain", label=_("domain of the e-mail"), group=CONTACT, kind=FieldKind.TEXT, value=_domain)
add_field(
    code="kind",
    label=_("kind of customer"),
    group=CONTACT,
    kind=FieldKind.CHOICE,
    value=lambda: column("kind"),
    choices=lambda: [choice for choice in Contact.Kind.choices if choice[0]],
)
add_field(
    code="known_since",
    label=_("known since"),
    group=CONTACT,
    kind=FieldKind.MOMENT,
    value=lambda: column("created_at"),
)
add_field(
    code="has_account",
    label=_("has a customer account"),
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
    group=STANDING,
    kind=FieldKind.CHOICE,
    value=lambda: _of(get_user_model(), "owner_id", "email"),
    choices=staff_members,
)
add_field(
    code="stage",
    label=_("stage"),
    group=STANDING,
    kind=FieldKind.CHOICE,
    value=lambda: _of(Stage, "stage_id", "code"),
    choices=lambda: list(Stage.objects.values_list("code", "label")),
)
add_field(
    code="stage_outcome",
    label=_("outcome of the pipeline"),
    group=STANDING,
    kind=FieldKind.CHOICE,
    value=lambda: _of(Stage, "stage_id", "outcome"),
    choices=lambda: Stage.Outcome.choices,
)
add_field(code="score", label=_("score"), group=STANDING, kind=FieldKind.NUMBER, value=lambda: column("score"))


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
    group=STANDING,
    kind=FieldKind.MANY,
    holds=_tagged,
    choices=lambda: list(Tag.objects.values_list("code", "label")),
)
add_field(
    code="segments",
    label=_("segments"),
    group=STANDING,
    kind=FieldKind.MANY,
    holds=_member,
    choices=lambda: list(Segment.objects.values_list("code", "label")),
    hint=_("As of the segment's last refresh."),
)
add_field(
    code="consents",
    label=_("has agreed to"),
    group=STANDING,
    kind=FieldKind.MANY,
    holds=_agreed,
    choices=lambda: purposes.choices(),
)
add_field(
    code="share_link",
    label=_("share link"),
    group=SOURCE,
    kind=FieldKind.MANY,
    holds=_shared,
    choices=lambda: list(ShareLink.objects.filter(contact=None).values_list("code", "label")[:200]),
)


def _touch(which: str, name: str) -> Any:
    return Subquery(Touch.objects.filter(contact=OuterRef("pk"), which=which).values(name), output_field=CharField())


for _prefix, _which, _words in (
    ("", Touch.Which.LAST, {"source": _("source"), "medium": _("medium"), "campaign": _("campaign")}),
    (
        "first_",
        Touch.Which.FIRST,
        {"source": _("first source"), "medium": _("first medium"), "campaign": _("first campaign")},
    ),
):
    for _name, _label in _words.items():
        add_field(
            code=f"{_prefix}lead_{_name}",
            label=_label,
            group=SOURCE,
            kind=FieldKind.TEXT,
            value=partial(_touch, _which, _name),
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
