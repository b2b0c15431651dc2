"""The automations about contacts that come with the shop, as data."""

from shopflow.audience.flows import (  # noqa: F401 - they register themselves
    asking,
    customers,
    deadlines,
    leads,
    recommending,
    referrals,
    subscribers,
)
