"""Oscar's form for a new account; its signal comes after the account is there, and swallows what fails."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from oscar.apps.customer import forms as stock

from oscar_ext.customer.services import announce_account


class EmailUserCreationForm(stock.EmailUserCreationForm):
    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """The new account, announced in the transaction that makes it."""
        user = super().save(commit=commit)
        if commit:
            announce_account(user)
        return user
