"""The built-in rules, one module for each mistake."""

from shopflow.automations.linting.rules import (  # noqa: F401
    beginning,
    freshness,
    installed,
    lawful,
    leaving,
    logic,
    rows,
    size,
    speed,
    tested,
)
