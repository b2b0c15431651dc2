"""The automations about contacts that come with the shop, as data."""

from shopflow.audience.flows import customers, leads, subscribers  # noqa: F401 - they register themselves
