from __future__ import annotations

import dataclasses

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event, events


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class AccessGranted(Event):
    """A digital good was unlocked for its buyer. ``ends_on`` is the day on which access ends; empty: never."""

    code = "access_granted"
    label = _("Digital good unlocked")
    description = _("The buyer may now use a digital good.")
    also = _("Entitlement, download, licence; not downloaded yet")

    order_id: int
    grant_id: int
    email: str
    user_id: int | None
    ends_on: str = ""


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class FirstDownload(Event):
    """A digital good is used for the first time: a file is downloaded or a lesson opened. Once for each access."""

    code = "first_download"
    label = _("Digital good used for the first time")
    description = _("The buyer has downloaded or opened a digital good for the first time.")

    order_id: int
    grant_id: int
    email: str
    user_id: int | None


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class DownloadLimitNear(Event):
    """At most two downloads of an access are left, perhaps none; once, and once more for each limit that staff set."""

    code = "download_limit_near"
    label = _("Few downloads left")
    description = _("The buyer of a digital good has two downloads left, or fewer.")

    order_id: int
    grant_id: int
    email: str
    user_id: int | None
    downloads_left: int


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class FileVersionReleased(Event):
    """A file of a digital good has a new current edition. About the shop's goods, not about a person."""

    code = "file_version_released"
    label = _("New edition of a file")
    description = _("A digital good has a new edition; this is about the good, not about a person.")

    good_id: int
    file_id: int


@events.register
@dataclasses.dataclass(frozen=True, kw_only=True)
class FileUpdateAvailable(Event):
    """Somebody who may use a digital good can have its new edition; one event for each buyer."""

    code = "file_update_available"
    label = _("New edition for a buyer")
    description = _("A buyer can have the new edition of a digital good.")

    good_id: int
    file_id: int
    grant_id: int
    order_id: int
    order_number: str
    email: str
    user_id: int | None
