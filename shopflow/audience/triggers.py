"""The clock as a trigger: events about contacts that time brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from shopflow.audience import services
from shopflow.contracts.automations import TimedTrigger, timed_triggers
from shopflow.contracts.types import Scalar

Where = Mapping[str, Sequence[Scalar]]


def _numbers(where: Where, name: str) -> list[int]:
    return [value for value in where.get(name, ()) if isinstance(value, int) and not isinstance(value, bool)]


@timed_triggers.register
class Inactive(TimedTrigger):
    """``where``: ``days``, one or more."""

    code = "contact_inactive"
    label = _("No sign of life for some days")
    wants = frozenset({"days"})

    def announce(self, where: Where) -> int:
        return sum(services.announce_inactive(days=days) for days in _numbers(where, "days"))


@timed_triggers.register
class Lapsed(TimedTrigger):
    """``where``: ``days``, one or more."""

    code = "orders_lapsed"
    label = _("Last order some days ago")
    wants = frozenset({"days"})

    def announce(self, where: Where) -> int:
        return sum(services.announce_lapsed(days=days) for days in _numbers(where, "days"))


@timed_triggers.register
class Anniversary(TimedTrigger):
    code = "order_anniversary"
    label = _("Anniversary of the first order")

    def announce(self, where: Where) -> int:
        return services.announce_anniversaries()


@timed_triggers.register
class DateCame(TimedTrigger):
    """``where``: ``field``, codes of attributes; ``offset``, days after the date (0 unless given)."""

    code = "date_reached"
    label = _("Date of an attribute")
    wants = frozenset({"field"})

    def announce(self, where: Where) -> int:
        fields = [str(value) for value in where.get("field", ())]
        offsets = _numbers(where, "offset") or [0]
        return sum(services.announce_dates(field=field, offset=offset) for field in fields for offset in offsets)
