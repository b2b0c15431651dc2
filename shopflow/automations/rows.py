"""Whether the rows that definitions name by code are there, and sentences for those that are not."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.template import TemplateDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from oscar.core.loading import get_model

from shopflow.audience.models import (
    AttributeDefinition,
    Campaign,
    LeadMagnet,
    ScoreThreshold,
    Segment,
    ShareLink,
    Stage,
    Tag,
)
from shopflow.audience.purposes import purposes
from shopflow.audience.services.marks import BIRTHDAY
from shopflow.automations.definitions import Definition
from shopflow.automations.definitions import mentions as naming
from shopflow.automations.definitions.mentions import Mention, mentions
from shopflow.automations.definitions.referring import step_names
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.models import Flow, FlowVersion
from shopflow.automations.queries import definition_of
from shopflow.contracts.types import Label
from shopflow.mailing.texts import shipped

Existing = Callable[[Collection[str]], Iterable[str]]
Rows = Mapping[str, Collection[str]]
"""Codes that are there, by kind."""

Category = get_model("catalogue", "Category")

_TEMPLATE = re.compile(r"[\w-]{1,64}\Z")


@dataclass(frozen=True)
class Kind:
    """A kind of row: which of some codes are there (one query at most), and what to say of one that is not."""

    existing: Existing
    missing: Label
    advice: Label


def _in(model: type[Any], column: str = "code") -> Existing:
    return lambda codes: model._default_manager.filter(**{f"{column}__in": codes}).values_list(column, flat=True)


def _attributes(codes: Collection[str]) -> list[str]:
    """The birthday is one that the shop makes with the first day that somebody enters."""
    return [*_in(AttributeDefinition)(codes), BIRTHDAY]


def _thresholds(codes: Collection[str]) -> list[str]:
    numbers = [int(code) for code in codes if code.isdecimal() and len(code) < 7]
    return [
        str(points) for points in ScoreThreshold.objects.filter(points__in=numbers).values_list("points", flat=True)
    ]


def _categories(codes: Collection[str]) -> list[str]:
    numbers = [int(code) for code in codes if code.isdecimal() and len(code) < 19]
    return [str(key) for key in Category.objects.filter(pk__in=numbers).values_list("pk", flat=True)]


def _texts(codes: Collection[str]) -> list[str]:
    return [code for code in codes if _TEMPLATE.match(code) and _has_body(code)]


def _has_body(template: str) -> bool:
    try:
        return bool(shipped.source(f"mail/{template}/body.html"))
    except TemplateDoesNotExist:
        return False


KINDS: Mapping[str, Kind] = {
    naming.SEGMENT: Kind(
        _in(Segment), gettext_lazy("There is no segment “%(code)s”."),
        gettext_lazy("Choose another segment here, or make one with this code under Customers → Segments."),
    ),
    naming.TAG: Kind(
        _in(Tag), gettext_lazy("There is no tag “%(code)s”."),
        gettext_lazy("Choose another tag here, or make one with this code in the settings of contacts."),
    ),
    naming.STAGE: Kind(
        _in(Stage), gettext_lazy("There is no stage “%(code)s” in the pipeline."),
        gettext_lazy("Choose another stage here, or make one with this code in the settings of contacts."),
    ),
    naming.ATTRIBUTE: Kind(
        _attributes, gettext_lazy("Contacts have no attribute “%(code)s”."),
        gettext_lazy("Choose another attribute here, or make one with this code in the settings of contacts."),
    ),
    naming.THRESHOLD: Kind(
        _thresholds, gettext_lazy("There is no score threshold at %(code)s points."),
        gettext_lazy("Choose another threshold here, or make one with these points in the settings of contacts."),
    ),
    naming.CATEGORY: Kind(
        _categories, gettext_lazy("There is no category with the number %(code)s."),
        gettext_lazy("Choose another category here."),
    ),
    naming.AUTOMATION: Kind(
        _in(Flow), gettext_lazy("There is no automation “%(code)s”."),
        gettext_lazy("Choose another automation here."),
    ),
    naming.PURPOSE: Kind(
        lambda codes: purposes.codes(), gettext_lazy("There is no purpose “%(code)s” that people could agree to."),
        gettext_lazy("Choose another purpose here, or install the plugin that brings it."),
    ),
    naming.TEXT: Kind(
        _texts, gettext_lazy("There is no text “%(code)s”."),
        gettext_lazy("Choose one of the shop's mail texts."),
    ),
    naming.SHARE_LINK: Kind(
        _in(ShareLink), gettext_lazy("There is no share link “%(code)s”."),
        gettext_lazy("Choose another share link here, or make one with this code under Customers → Share links."),
    ),
    naming.DOCUMENT: Kind(
        _in(LeadMagnet, "slug"), gettext_lazy("There is no document “%(code)s” that people could ask for."),
        gettext_lazy("Choose another document here, or make one with this code."),
    ),
    naming.CAMPAIGN: Kind(
        _in(Campaign), gettext_lazy("There is no campaign “%(code)s”."),
        gettext_lazy("Choose another campaign here, or make one with this code under Customers → Campaigns."),
    ),
}  # fmt: skip
"""Every kind of row that a definition may name."""

PLACES: Mapping[str, Label] = {
    "trigger": gettext_lazy("Begin"),
    "conditions": gettext_lazy("For whom"),
    "exits": gettext_lazy("Ends at once on"),
    "goals": gettext_lazy("Goal"),
}
"""What the editor calls the parts of a flow that name rows, besides its steps."""


def existing(named: Iterable[Mention]) -> dict[str, frozenset[str]]:
    """Those of the named codes that are there, by kind; one query for each kind, however many are named."""
    wanted: dict[str, set[str]] = {}
    for one in named:
        wanted.setdefault(one.kind, set()).add(one.code)
    return {kind: frozenset(KINDS[kind].existing(sorted(codes))) & codes for kind, codes in sorted(wanted.items())}


def missing(named: Collection[Mention], rows: Rows | None = None) -> list[Mention]:
    """Those of ``named`` that are not there; ``rows`` is what :func:`existing` has found, if that is known."""
    found = existing(named) if rows is None else rows
    return [one for one in named if one.kind in found and one.code not in found[one.kind]]


def sentence(mention: Mention) -> str:
    """That it is not there."""
    return KINDS[mention.kind].missing % {"code": mention.code}


def advice(mention: Mention) -> str:
    """What to do about it."""
    return str(KINDS[mention.kind].advice)


def missing_rows(definition: Definition) -> list[str]:
    """A sentence for each row that the definition names and that is not there: where, what, and what to do."""
    gone = missing(mentions(definition))
    names = step_names(definition) if gone else {}
    return [f"{place_of(one, names)}: {sentence(one)} {advice(one)}" for one in gone]


def place_of(mention: Mention, names: Mapping[str, str]) -> str:
    """What people call the place; ``names`` are those of the steps."""
    if mention.place in PLACES:
        return str(PLACES[mention.place])
    return _("Step “%(step)s”") % {"step": names.get(mention.place, mention.place)}


def missing_by_version(versions: Iterable[FlowVersion]) -> dict[int, list[Mention]]:
    """By their keys, those versions that name what is not there; as many queries for all of them as for one."""
    named: dict[int, list[Mention]] = {}
    for version in versions:
        try:
            named[version.pk] = mentions(definition_of(version))
        except DefinitionInvalid:  # the automation's page says so
            continue
    rows = existing(one for found in named.values() for one in found)
    gone = {key: missing(found, rows) for key, found in named.items()}
    return {key: found for key, found in gone.items() if found}
