from __future__ import annotations


class PurchaseRefused(Exception):
    """The purchase cannot be made now; the message is for the customer and says what to do."""


class OutOfStock(PurchaseRefused):
    """Somebody else was quicker. ``titles`` names what is missing."""

    def __init__(self, message: str, titles: list[str]) -> None:
        super().__init__(message)
        self.titles = titles


class AlreadySubmitted(PurchaseRefused):
    """The basket is being bought, or has been, by an earlier click; ``reference`` is that attempt's."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference
