"""The built-in rules, one module for each mistake."""

from shopflow.automations.linting.rules import freshness, installed, lawful, leaving, logic, size, speed, tested  # noqa: F401
