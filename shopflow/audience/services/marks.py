"""Tags and attributes of contacts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from shopflow.audience import queries
from shopflow.audience.events import TagAdded, TagRemoved
from shopflow.audience.exceptions import ValueRefused
from shopflow.audience.models import AttributeDefinition, AttributeValue, Contact, Tag, TagAssignment
from shopflow.contracts.types import Scalar
from shopflow.core import clock
from shopflow.core.services import audit, publish

Kind = AttributeDefinition.Kind
EXPIRED = "expired"


def tag_named(label: str) -> Tag:
    """The tag with this name, made if there is none. Raises ValueRefused for a name without letters or digits."""
    code = slugify(label)[:60]
    if not code:
        raise ValueRefused(_("Please enter a name with letters or digits."))
    tag, _created = Tag.objects.get_or_create(code=code, defaults={"label": label.strip()[:80]})
    return tag


def add_tag(*, contact: Contact, tag: Tag, source: str, days: int | None = None, actor: Any = None) -> bool:
    """Mark ``contact`` with ``tag``, for ``days`` or for good; False if it had the tag.

    A tag that is there lasts as long as the longer of the two wishes says.
    """
    until = None if days is None else clock.now() + timedelta(days=days)
    with transaction.atomic():
        row, created = TagAssignment.objects.get_or_create(
            contact=contact,
            tag=tag,
            defaults={
                "source": source[:100],
                "assigned_at": clock.now(),
                "expires_at": until,
                "assigned_by": actor if getattr(actor, "is_authenticated", False) else None,
            },
        )
        if not created:
            _prolong(row, until)
            return False
        publish(TagAdded.of(contact, tag=tag.code, source=source[:100]))
        if actor is not None:
            audit(actor=actor, action="contact.tag", target=contact, summary=f"+ {tag.label}")
    return True


def _prolong(row: TagAssignment, until: datetime | None) -> None:
    longer = row.expires_at is not None and (until is None or until > row.expires_at)
    if longer:
        TagAssignment.objects.filter(pk=row.pk).update(expires_at=until)


def remove_tag(*, contact: Contact, tag: Tag, source: str, actor: Any = None) -> bool:
    """Take ``tag`` away; False if the contact did not have it."""
    with transaction.atomic():
        count, _per_model = TagAssignment.objects.filter(contact=contact, tag=tag).delete()
        if not count:
            return False
        publish(TagRemoved.of(contact, tag=tag.code, source=source[:100]))
        if actor is not None:
            audit(actor=actor, action="contact.tag", target=contact, summary=f"− {tag.label}")
    return True


def expire_tags(*, limit: int = 500) -> int:
    """Take away the tags whose time is over, oldest first; returns how many."""
    now = clock.now()
    due = TagAssignment.objects.filter(expires_at__lte=now).select_related("contact", "tag").order_by("expires_at")
    gone = 0
    for row in due[:limit]:
        with transaction.atomic():
            count, _per_model = TagAssignment.objects.filter(pk=row.pk, expires_at__lte=now).delete()
            if count:
                publish(TagRemoved.of(row.contact, tag=row.tag.code, source=EXPIRED))
                gone += 1
    return gone


def set_attribute(
    *, contact: Contact, definition: AttributeDefinition, value: Scalar | date | Decimal, actor: Any = None
) -> bool:
    """Store ``value``, or remove what is stored when it is None or empty; False if nothing changed.

    Raises :class:`ValueRefused` with a sentence when the value does not fit the attribute's kind, or when the
    person has not agreed to the purpose that it is kept for.
    """
    column = _column(definition, value)
    with transaction.atomic():
        old = AttributeValue.objects.filter(contact=contact, definition=definition).first()
        if column is None:
            changed = old is not None
            if old is not None:
                old.delete()
        else:
            _agreed(contact, definition)
            empty: dict[str, Any] = {"text": "", "number": None, "day": None, "flag": None}
            changed = old is None or any(getattr(old, name) != wanted for name, wanted in (empty | column).items())
            AttributeValue.objects.update_or_create(
                contact=contact, definition=definition, defaults={**empty, **column, "set_at": clock.now()}
            )
        if changed and actor is not None:
            audit(actor=actor, action="contact.attribute", target=contact, summary=definition.label)
    return changed


def _agreed(contact: Contact, definition: AttributeDefinition) -> None:
    if definition.purpose and not queries.has_consent(email=contact.email, purpose=definition.purpose):
        raise ValueRefused(
            _("“%(label)s” may only be stored once the person has agreed to it.") % {"label": definition.label}
        )


def _column(definition: AttributeDefinition, value: Any) -> dict[str, Any] | None:
    """The value under the name of its column; None for no value."""
    if value is None or value == "":
        return None
    try:
        if definition.kind == Kind.NUMBER:
            number = Decimal(str(value))
            return {"number": number.quantize(Decimal("0.0001"))}
        if definition.kind == Kind.DATE:
            return {"day": value if isinstance(value, date) else date.fromisoformat(str(value))}
        if definition.kind == Kind.ANNUAL:
            day = value if isinstance(value, date) else date.fromisoformat(f"2000-{value}")
            return {"day": day.replace(year=2000)}
    except (InvalidOperation, ValueError) as error:
        raise ValueRefused(_("“%(value)s” does not fit “%(label)s”.") % _named(definition, value)) from error
    if definition.kind == Kind.BOOLEAN:
        if value not in (True, False):
            raise ValueRefused(_("“%(value)s” does not fit “%(label)s”.") % _named(definition, value))
        return {"flag": value}
    if definition.kind == Kind.CHOICE and value not in definition.choices:
        raise ValueRefused(_("“%(value)s” does not fit “%(label)s”.") % _named(definition, value))
    return {"text": str(value)[:500]}


def _named(definition: AttributeDefinition, value: Any) -> dict[str, str]:
    return {"value": str(value)[:80], "label": definition.label}


BIRTHDAY = "birthday"


def set_birthday(*, contact: Contact, day: date | None) -> bool:
    """Store the day that a person has entered for the birthday greeting, or remove it; False if nothing changed.

    The year is not kept. Raises :class:`ValueRefused` without the consent to the greeting.
    """
    definition, _made = AttributeDefinition.objects.get_or_create(
        code=BIRTHDAY,
        defaults={"label": _("Birthday"), "kind": Kind.ANNUAL, "purpose": BIRTHDAY},
    )
    return set_attribute(contact=contact, definition=definition, value=day)


def drop_values_of(*, email: str, purpose: str) -> int:
    """Delete what was stored for a purpose that the person no longer agrees to; returns how many values."""
    count, _per_model = AttributeValue.objects.filter(contact__email=email, definition__purpose=purpose).delete()
    return count
