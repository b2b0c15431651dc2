"""Mistake 2: no way out for those whom it does not concern any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from shopflow.audience.purposes import purpose_words
from shopflow.automations.definitions import Act, Definition, Exit, Goal
from shopflow.automations.linting.graph import Graph, graph_of, sending_of
from shopflow.automations.linting.saying import error, say, warning
from shopflow.contracts.events import events
from shopflow.contracts.linting import Finding, LintRule, Plan, lint_rules
from shopflow.contracts.types import Label

PURCHASE = ("order_placed", "order_paid")
GIVEN_BACK = ("order_status_changed", "return_requested", "withdrawal_declared")
REVOKED = "consent_changed"

VOUCHERS = frozenset({"give_voucher", "give_campaign_voucher"})
CAMPAIGN = "campaign_started"
PRESENTS = frozenset({"birthday"})
"""Purposes under which a voucher is a present of the day, which no purchase makes superfluous."""

Wanted = tuple[tuple[str, ...], str, Label, Label]
SOLD: Wanted = (
    PURCHASE,
    "no_exit_on_purchase",
    _("Whoever has bought still gets the mails for “%(purpose)s”."),
    _("Add an exit upon “order placed”, for the same basket or the same address."),
)
WANTED: Mapping[str, Wanted] = {
    "cart_reminder": SOLD,
    "review_request": (
        GIVEN_BACK,
        "no_exit_on_return",
        _("Whoever gives the goods back is still asked for “%(purpose)s”."),
        _("Add an exit for orders that are returned or cancelled."),
    ),
}
"""By purpose: events of which one must end the run or lead it on, and what is said when none does. Whatever sells by a
campaign or a voucher wants what :data:`SOLD` says.
"""


def _ends(definition: Definition) -> list[Exit | Goal]:
    return [*definition.exits, *definition.goals]


@lint_rules.register
class NoExit(LintRule):
    code = "no_exit"
    label = _("No way out")

    def check(self, plan: Plan) -> Iterator[Finding]:
        graph = graph_of(plan)
        heard = {way.event for way in _ends(graph.definition)}
        sells = _sells(graph)
        for purpose in _purposes(graph):
            wanted = WANTED.get(purpose, SOLD if sells and purpose not in PRESENTS else None)
            if wanted is not None and heard.isdisjoint(wanted[0]):
                _events, code, message, advice = wanted
                yield error(code, "", say(message, purpose=purpose_words(purpose)), advice)
            if purpose == "review_request" and "review_posted" in events and "review_posted" not in heard:
                yield warning(
                    "no_exit_on_review", "", _("Whoever has written the review is still asked for it."),
                    _("Add an exit upon “review posted” for the same order."),
                )  # fmt: skip
        yield from _revocation(graph)
        for node in graph.endless:
            yield error(
                "endless", node, say(_("From “%(step)s” no way leads to an end."), step=node),
                _("Let one of its ways end, or lead out of the circle."),
            )  # fmt: skip


def _sells(graph: Graph) -> bool:
    """Whether the flow wants to sell, whatever its mails are for: by a campaign, or by a voucher."""
    acts = {step.action for step in graph.definition.steps if isinstance(step, Act)}
    return graph.definition.trigger.event == CAMPAIGN or not acts.isdisjoint(VOUCHERS)


def _purposes(graph: Graph) -> list[str]:
    """What the advertising of the flow is for, each purpose once."""
    found = (sending_of(act) for act in graph.adverts)
    return list(dict.fromkeys(sending.purpose for sending in found if sending is not None))


def _revocation(graph: Graph) -> Iterator[Finding]:
    """Advertising upon consent ends when the consent is taken back: the gates see to the mails, the exit to the run."""
    asked = [sending for act in graph.adverts if (sending := sending_of(act)) and sending.basis == "consent"]
    ways = [way for way in graph.definition.exits if way.event == REVOKED]
    for purpose in dict.fromkeys(sending.purpose for sending in asked):
        if len(graph.definition.steps) == 1 or any(purpose in way.where.get("purpose", (purpose,)) for way in ways):
            continue
        yield warning(
            "no_exit_on_revocation", "",
            say(_("Whoever takes back the consent for “%(purpose)s” stays in the automation."),
                purpose=purpose_words(purpose)),
            _("Add an exit upon “consent changed” for this purpose. No mail would leave, but the reports stay clean."),
        )  # fmt: skip
