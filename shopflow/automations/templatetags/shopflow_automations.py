"""Codes of decisions, outcomes and bases in words."""

from __future__ import annotations

from django import template

from shopflow.automations.reporting import wording

register = template.Library()
register.filter("reason_label", wording.reason_label)
register.filter("ending_label", wording.ending_label)
register.filter("question_label", wording.question_label)
register.filter("basis_label", wording.basis_label)
