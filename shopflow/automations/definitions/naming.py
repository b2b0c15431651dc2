"""The name of a definition: the same for the same words."""

from __future__ import annotations

import hashlib
import json

from shopflow.contracts.types import JSONDict


def fingerprint(definition: JSONDict) -> str:
    """SHA-256 of a definition, whatever the order of its entries."""
    body = json.dumps(definition, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()
