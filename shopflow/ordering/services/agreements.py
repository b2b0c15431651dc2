from __future__ import annotations

from collections.abc import Mapping

from shopflow.contracts.checkout import Agreement
from shopflow.core.services import append_records
from shopflow.ordering.models import OrderAgreement


def record_agreements(
    *, order_id: int, language: str, agreements: Mapping[tuple[str, str], Agreement], is_new: bool = False
) -> list[OrderAgreement]:
    """Record every text shown and every answer given with an order, in the order's own hash chain.

    Keys are ``(gate code, declaration key)``. Belongs into the transaction that places the order; ``is_new`` says that
    it has made the order, too.
    """
    return append_records(
        OrderAgreement,
        chain=f"order:{order_id}",
        contents=[
            {
                "gate": gate,
                "key": key,
                "html": agreement.declaration.html,
                "checkbox": agreement.declaration.checkbox,
                "required": agreement.declaration.required,
                "accepted": agreement.accepted,
                "language": language,
            }
            for (gate, key), agreement in agreements.items()
        ],
        columns=[
            {"order_id": order_id, "gate": gate, "key": key, "accepted": agreement.accepted}
            for (gate, key), agreement in agreements.items()
        ],
        is_new=is_new,
    )
