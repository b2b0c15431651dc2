"""Pages ask whether an automation is on before they offer what it does."""

from __future__ import annotations

from django import template

from shopflow.contracts.automations import takes_people_in

register = template.Library()


@register.simple_tag
def flow_is_on(flow: str) -> bool:
    """Whether the automation with this code takes people in at present. One query."""
    return takes_people_in(flow)
