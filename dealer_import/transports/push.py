"""Deliveries that the dealer's system sends by itself; see ``dealer_import.api`` for the door they come through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealer_import.transports.secrets import SecretNameField
from shopflow.contracts.transports import ImportTransport, RemoteFile, TransportFailed


class PushForm(forms.Form):
    secret_variable = SecretNameField(label=gettext_lazy("Variable of the shared secret"))
    max_mb = forms.IntegerField(
        label=gettext_lazy("Largest delivery in megabytes"), min_value=1, max_value=4096, initial=512
    )


class PushTransport(ImportTransport):
    """Nothing is looked for: the other side sends, signed with a secret that both know."""

    code = "push"
    label = gettext_lazy("Signed delivery (HTTPS)")
    form_class = PushForm

    def files(self, settings: Mapping[str, Any]) -> Iterable[RemoteFile]:
        return []

    def fetch(self, settings: Mapping[str, Any], file: RemoteFile, target: BinaryIO) -> None:
        raise TransportFailed(_("A signed delivery comes by itself; there is nothing to fetch."))
