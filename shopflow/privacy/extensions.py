"""What data protection plugs into the sockets: a page of the account and a page for staff."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.pages import AccountPage, StaffPage, account_pages, staff_pages
from shopflow.privacy import checks, dashboard, personal_data, retention  # noqa: F401 - the import registers


@account_pages.register
class MyDataPage(AccountPage):
    code = "my_data"
    label = _("Data protection")
    icon = "shield-user"
    position = 90
    url_name = "shopflow-privacy:my-data"


@staff_pages.register
class PrivacyPage(StaffPage):
    code = "privacy"
    label = _("Data requests")
    group = _("Customers")
    icon = "shield-user"
    position = 90
    permission = dashboard.ANSWER
    url_name = "privacy"

    def urlpatterns(self) -> Sequence[URLPattern]:
        return [
            path("", dashboard.requests, name="privacy"),
            path("fristen/", dashboard.retention, name="privacy-retention"),
            path("kopie/", dashboard.copy, name="privacy-copy"),
            path("loeschen/", dashboard.erase, name="privacy-erase"),
        ]
