from __future__ import annotations


class DeliveryRefused(Exception):
    """A download cannot be had. The message is a sentence for the customer that says why and what to do."""


class UploadRefused(Exception):
    """An uploaded file does not do. The message says what is wrong with it and what would be right."""
