"""Steps and ways out that several flows share."""

from __future__ import annotations

from typing import Any

from shopflow.contracts.types import JSONDict

BY_CONSENT = "consent"
BY_CONSENT_OR_SALE = "consent_or_customer"
VOUCHERS_APART = 90
"""Days between two personal vouchers of one person."""
NO_VOUCHER_LATELY: JSONDict = {
    "any": [
        {"field": "voucher_last", "op": "empty"},
        {"field": "voucher_last", "op": "older_than_days", "value": VOUCHERS_APART},
    ]
}
NEW_SUBSCRIBER: JSONDict = {
    "event": "consent_changed",
    "where": {"purpose": "newsletter", "action": ["confirm", "grant"]},
}


def has_consent(purpose: str) -> JSONDict:
    return {"condition": "has_consent", "settings": {"purpose": purpose}}


def mail(
    template: str,
    *,
    step: str = "",
    purpose: str = "newsletter",
    basis: str = BY_CONSENT,
    words: tuple[str, ...] = (),
    late: JSONDict | None = None,
    **more: Any,
) -> JSONDict:
    """An advertising mail; ``step`` is its id, the template's name unless given. ``late``: how late it may come."""
    return {
        "id": step or template,
        "kind": "action",
        "action": "send_mail",
        "settings": {
            "template": template,
            "mail_class": "advertising",
            "purpose": purpose,
            "basis": basis,
            "contexts": ["contact", "mail_preferences", *words],
        },
        "max_lateness": late or {"days": 4},
        **more,
    }


def voucher(days: int) -> JSONDict:
    """A personal voucher, where the shop gives any and the person has had none lately; else it is left out."""
    return {
        "id": "voucher",
        "kind": "action",
        "action": "give_voucher",
        "settings": {"days": days},
        "recheck": [{**NO_VOUCHER_LATELY, "otherwise": "skip"}],
    }


def only_with_voucher() -> JSONDict:
    """Go on only for those whom the step before has just given a voucher."""
    return only_if("has_voucher", {"field": "voucher_last", "op": "within_days", "value": 1})


def only_if(step: str, question: JSONDict) -> JSONDict:
    """Go on if ``question`` is answered with yes; no and unknown end the run."""
    return {"id": step, "kind": "condition", "ask": question, "else": "stop", "unknown": "stop"}


def on_day(step: str, days: int, at: str = "10:00") -> JSONDict:
    """Wait for the day that lies ``days`` after the run's beginning; after a standstill at least 20 hours later."""
    return {"id": step, "kind": "wait", "until": {"days": days}, "at": at, "gap": {"hours": 20}}


def withdrawn(purpose: str) -> JSONDict:
    """The way out for people who take their consent back; what holds now counts, not what the event says."""
    return {
        "event": "consent_changed",
        "as": "consent_revoked",
        "match": ["email"],
        "where": {"purpose": purpose},
        "conditions": [{"not": has_consent(purpose)}],
    }


def objected(purpose: str) -> JSONDict:
    """The way out for customers who are written to without consent, when they object or withdraw."""
    return {
        "event": "consent_changed",
        "as": "consent_revoked",
        "match": ["email"],
        "where": {"purpose": purpose, "action": ["withdraw", "object"]},
    }


def ordered() -> JSONDict:
    """The way out for people who have ordered."""
    return {"event": "order_placed", "match": ["email"], "as": "goal_reached"}
