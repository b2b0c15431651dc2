"""Asking the registered gates, on the review page and at the press of the button."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from shopflow.contracts.checkout import Checkout, Declaration, checkout_gates
from shopflow.contracts.types import JSONDict, Label

logger = logging.getLogger("shopflow.checkout")


@dataclass(frozen=True)
class Asked:
    """One declaration on the review page, with its form field and what is wrong with the answer."""

    gate: str
    declaration: Declaration
    field_name: str
    error: str = ""
    checked: bool = False


@dataclass(frozen=True)
class GateAnswers:
    """What all gates say to one purchase."""

    declarations: Sequence[tuple[str, Declaration]]
    refusals: Sequence[Label]


def ask_gates(checkout: Checkout) -> GateAnswers:
    """Ask every gate, in order of position. A gate that fails refuses: it might have had a reason."""
    declarations: list[tuple[str, Declaration]] = []
    refusals: list[Label] = []
    for gate in sorted(checkout_gates, key=lambda g: (g.position, g.code)):
        try:
            refusals.extend(gate.refusals(checkout))
            declarations.extend((gate.code, declaration) for declaration in gate.declarations(checkout))
        except Exception:  # a failing gate must stop the purchase and nothing else
            logger.exception("The checkout gate “%s” failed; the purchase is refused.", gate.code)
            refusals.append(
                _("We cannot check this order just now. Nothing was ordered or paid. Please try again later.")
            )
    return GateAnswers(declarations, refusals)


class AgreementsForm(forms.Form):
    """One unticked box for each declaration that has one."""

    def __init__(self, *args, declarations: Sequence[tuple[str, Declaration]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.declarations = declarations
        for gate, declaration in declarations:
            if declaration.checkbox:
                self.fields[field_name(gate, declaration)] = forms.BooleanField(
                    label=mark_safe(declaration.html),
                    required=declaration.required,
                    error_messages={"required": declaration.refusal or _("Please tick this box to order.")},
                )

    def asked(self) -> list[Asked]:
        """The declarations for the page, with answers and errors once the form was sent."""
        return [
            Asked(
                gate,
                declaration,
                name := field_name(gate, declaration),
                error=" ".join(self.errors.get(name, [])) if self.is_bound else "",
                checked=bool(self.is_bound and self.data.get(name)),
            )
            for gate, declaration in self.declarations
        ]

    def agreements(self) -> list[JSONDict]:
        """Every text with its answer, to be recorded with the order."""
        return [
            {
                "gate": gate,
                "key": declaration.key,
                "html": str(declaration.html),
                "checkbox": declaration.checkbox,
                "required": declaration.required,
                "refusal": str(declaration.refusal),
                "accepted": not declaration.checkbox
                or bool(self.cleaned_data.get(field_name(gate, declaration), False)),
            }
            for gate, declaration in self.declarations
        ]


def field_name(gate: str, declaration: Declaration) -> str:
    return f"agree-{gate}-{declaration.key}"
