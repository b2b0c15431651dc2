"""The form of a mail: what a template needs is filled in as the shop's own automations send it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from shopflow.automations.definitions import Act, read
from shopflow.automations.definitions.fields import event_fields
from shopflow.automations.definitions.mentions import TEMPLATE, templates_of
from shopflow.automations.definitions.wording import field_label
from shopflow.automations.forms.settings import MailForm
from shopflow.contracts.automations import flows
from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.types import Label

PRESET = ("mail_class", "purpose", "basis", "contexts", "attach")
"""What a template brings along; the language stays as it was chosen."""
WAS = "template-was"
"""The name of the hidden field that holds the template for which the form was shown."""


@dataclass(frozen=True)
class Preset:
    """The settings with which the shop's automation ``flow`` sends a template."""

    flow: str
    settings: Mapping[str, Any]

    @property
    def label(self) -> Label:
        return flows.get(self.flow).label

    def codes(self, name: str) -> list[str]:
        """Those of its contexts, or of its files, that are installed."""
        return [code for code in self.settings.get(name, ()) if code in mail_contexts]


def preset_of(template: str) -> Preset | None:
    """How the shop's own automations send ``template``; None for one that none of them sends."""
    return _presets(tuple(flows.codes())).get(template)


@lru_cache(maxsize=2)
def _presets(codes: tuple[str, ...]) -> Mapping[str, Preset]:
    """By template, from the first automation that sends it: those that send it as well do so in the same way."""
    found: dict[str, Preset] = {}
    for code in codes:
        definition = read(flows.get(code).define().definition)
        for step in definition.steps:
            if isinstance(step, Act) and step.action == "send_mail":
                settings = {name: step.settings[name] for name in PRESET if name in step.settings}
                for template in templates_of(step, definition):
                    found.setdefault(template, Preset(code, settings))
    return found


def with_preset(data: Any, prefix: str) -> Any:
    """What was entered, with what the chosen template needs if it is another than the form was shown for; the very
    same ``data`` if it is not, or if nobody knows.
    """
    chosen = data.get(f"{prefix}-{TEMPLATE}", "")
    preset = preset_of(chosen) if WAS in data and data[WAS] != chosen else None
    if preset is None:
        return data
    filled: MultiValueDict[str, Any] = MultiValueDict({name: data.getlist(name) for name in data})
    for name in PRESET:
        held = preset.codes(name) if name in ("contexts", "attach") else [preset.settings.get(name, "")]
        filled.setlist(f"{prefix}-{name}", held)
    return filled


@dataclass(frozen=True)
class Part:
    """One thing to tick: where a mail gets words or files from. ``hint`` says why it cannot be had here."""

    code: str
    label: Label
    ticked: bool
    hint: str = ""


@dataclass(frozen=True)
class Room:
    """What one room of the shop lends to mails."""

    label: Label
    parts: Sequence[Part]


class MailParts:
    """The boxes of a mail's form, in order: what the template needs, and the others by the room that they come from."""

    def __init__(self, form: MailForm, *, event: str, is_fresh: bool = False) -> None:
        self.form = form
        self.is_fresh = is_fresh
        self.template = str(form[TEMPLATE].value() or "")
        self.preset = preset_of(self.template)
        self._brought = frozenset(one.code for one in event_fields(event)) | {"email"} if event else None
        self.needed = self._parts("contexts", self._needed)
        self.rooms = self._by_room()
        self.files = self._parts("attach", [code for code in mail_contexts.codes() if self._has_files(code)])

    @property
    def _needed(self) -> list[str]:
        return self.preset.codes("contexts") if self.preset else []

    def _ticked(self, name: str) -> list[str]:
        held = self.form[name].value() or []
        return [str(one) for one in held] if isinstance(held, list | tuple) else []

    def _has_files(self, code: str) -> bool:
        lends = type(mail_contexts.get(code)).attachments is not MailContext.attachments
        return lends or code in self._ticked("attach")

    def _parts(self, name: str, codes: Sequence[str]) -> list[Part]:
        ticked = self._ticked(name)
        return [Part(code, mail_contexts.get(code).label, code in ticked, self._lacks(code)) for code in codes]

    def _lacks(self, code: str) -> str:
        if self._brought is None:  # nobody has said yet what begins the automation, or staff begin it
            return ""
        missing = sorted(mail_contexts.get(code).needs - self._brought)
        if not missing:
            return ""
        named = [_("“%(name)s”") % {"name": field_label(name)} for name in missing]
        return _("Not here: the event does not say %(fields)s.") % {"fields": ", ".join(named)}

    def _by_room(self) -> list[Room]:
        found: dict[str, list[str]] = {}
        for code in mail_contexts.codes():
            if code not in self._needed:
                found.setdefault(_room_of(mail_contexts.get(code)), []).append(code)
        return [Room(label, self._parts("contexts", codes)) for label, codes in sorted(found.items())]

    @property
    def ticked(self) -> str:
        """What is ticked, in words."""
        return ", ".join(
            str(mail_contexts.get(code).label) for code in self._ticked("contexts") if code in mail_contexts
        )

    @property
    def others_are_ticked(self) -> bool:
        return any(part.ticked for room in self.rooms for part in room.parts)

    @property
    def lacking(self) -> str:
        """What the template needs and is not ticked, in words."""
        return ", ".join(str(part.label) for part in self.needed if not part.ticked)

    @property
    def unknown(self) -> list[str]:
        """What a stored mail names and no room lends any more; it is kept until somebody unticks it."""
        return [code for code in self._ticked("contexts") if code not in mail_contexts]

    @property
    def is_open(self) -> bool:
        """Whether something in there asks to be seen."""
        return bool(self.lacking or self.unknown or self.form["contexts"].errors or self.form["attach"].errors)


def _room_of(context: MailContext) -> str:
    config = apps.get_containing_app_config(type(context).__module__)
    return str(config.verbose_name) if config is not None else _("Others")
