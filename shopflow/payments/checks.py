"""Misconfigurations of payments, each with what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connections
from django.utils.module_loading import import_string

VARIANT_NAME = re.compile(r"^[a-z][a-z-]*$")
HINT = 'It maps a name to a provider and its settings: {"card": ["payments.stripe.StripeProviderV3", {...}]}.'


@register()
def variants_work(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every entry of ``PAYMENT_VARIANTS`` can be called by URL, imported and configured."""
    variants = getattr(settings, "PAYMENT_VARIANTS", {})
    if not isinstance(variants, dict):
        return [Error("PAYMENT_VARIANTS is not a dictionary.", hint=HINT, id="shopflow_payments.E001")]
    found: list[CheckMessage] = []
    for name, entry in variants.items():
        found.extend(_check_variant(str(name), entry))
    return found


def _check_variant(name: str, entry: Any) -> Iterable[CheckMessage]:
    if not VARIANT_NAME.match(name):
        hint = "Use small letters and hyphens only; the name is part of the address that the provider calls."
        yield Error(
            f"The payment variant “{name}” has a name that does not work.", hint=hint, id="shopflow_payments.E002"
        )
    try:
        path, options = entry
        import_string(path)(**options)
    except Exception as error:  # noqa: BLE001 - whatever a provider's constructor raises is what the operator must read
        yield Error(
            f"The payment variant “{name}” cannot be used: {type(error).__name__}: {error}",
            hint=HINT,
            id="shopflow_payments.E003",
        )


@register(Tags.security, deploy=True)
def no_pretended_money(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """No provider that only pretends takes orders in a real shop."""
    pretending = ("payments.dummy.DummyProvider", "shopflow.payments.demo_provider.DemoProvider")
    variants = getattr(settings, "PAYMENT_VARIANTS", {})
    return [
        Error(
            f"The payment variant “{name}” only pretends to take money.",
            hint="Remove it from PAYMENT_VARIANTS, or run the shop as a demo with SHOPFLOW_DEMO=1.",
            id="shopflow_payments.E004",
        )
        for name, entry in variants.items()
        if entry and entry[0] in pretending and not getattr(settings, "DEMO", False)
    ]


@register(Tags.database)
def account_is_there(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Somewhere to transfer money to."""
    from shopflow.payments.models import BankAccount

    if not databases or "default" not in databases:
        return []
    if BankAccount._meta.db_table not in connections["default"].introspection.table_names():
        return []
    if BankAccount.objects.exists():
        return []
    return [
        CheckWarning(
            "No bank account is entered, so nobody can pay by bank transfer or on account.",
            hint="Enter it in the staff area under Payments → Bank account.",
            id="shopflow_payments.W001",
        )
    ]
