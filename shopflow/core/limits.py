"""How often one visitor may do something that reaches other people, such as having a mail sent."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most ``times`` within ``period``, counted from the first time.

    Counted in the cache: with a cache in each process' own memory, every web process counts for itself.
    """

    name: str
    times: int
    period: timedelta

    def passes(self, subject: str) -> bool:
        """Count one more for ``subject``; False when it was one too many. An unknown subject always passes."""
        if not subject:
            return True
        key = "shopflow-limit-" + salted_hmac(self.name, subject).hexdigest()
        if cache.add(key, 1, self.period.total_seconds()):
            return True
        try:
            return cache.incr(key) <= self.times
        except ValueError:  # the period has just ended
            return True


def visitor(request: HttpRequest) -> str:
    """Whom a limit counts: the visitor's IP address, or the network that one connection has with IPv6; or nothing.

    With ``TRUST_PROXY`` it is the address that the proxy in front has seen.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    if getattr(settings, "SHOPFLOW_TRUST_PROXY", False):
        address = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip() or address
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))
