"""The mail room's staff pages."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.pages import AttentionNote, StaffPage, attention_notes, staff_pages
from shopflow.mailing import dashboard, personal_data  # noqa: F401
from shopflow.mailing.models import Message, MessageState

GROUP = _("E-mail")


@staff_pages.register
class MessagesPage(StaffPage):
    code = "messages"
    label = _("Sent messages")
    group = GROUP
    icon = "send"
    position = 80
    permission = dashboard.VIEW
    url_name = "message-list"

    def urlpatterns(self) -> Sequence[URLPattern]:
        return [
            path("", dashboard.message_list, name="message-list"),
            path("<int:pk>/", dashboard.message_detail, name="message-detail"),
            path("<int:pk>/aktion/", dashboard.message_act, name="message-act"),
            path("<int:pk>/html/", dashboard.message_html, name="message-html"),
            path("<int:pk>/datei/<int:position>/", dashboard.message_file, name="message-file"),
        ]


@staff_pages.register
class MailboxPage(StaffPage):
    code = "mailbox"
    label = _("Local mailbox")
    group = GROUP
    icon = "inbox"
    position = 82
    permission = dashboard.VIEW
    url_name = "mailbox-list"

    def urlpatterns(self) -> Sequence[URLPattern]:
        return [
            path("", dashboard.mailbox_list, name="mailbox-list"),
            path("<str:key>/", dashboard.mailbox_detail, name="mailbox-detail"),
            path("<str:key>/html/", dashboard.mailbox_html, name="mailbox-html"),
            path("<str:key>/datei/<int:position>/", dashboard.mailbox_file, name="mailbox-file"),
        ]


@staff_pages.register
class MailSettingsPage(StaffPage):
    code = "mail_settings"
    label = _("Sender")
    group = GROUP
    icon = "at-sign"
    position = 84
    permission = "shopflow_mailing.view_mailsettings"
    url_name = "mail-settings"

    def urlpatterns(self) -> Sequence[URLPattern]:
        return [path("", dashboard.mail_settings, name="mail-settings")]


@attention_notes.register
class FailedMails(AttentionNote):
    code = "mails_failed"
    label = _("mails that did not go out")
    hint = _("Look at the reason, then send them once more or reach the customer in another way.")
    icon = "mail-warning"
    position = 60
    permission = dashboard.VIEW

    def count(self) -> int:
        return Message.objects.filter(state__in=[MessageState.FAILED, MessageState.UNKNOWN]).count()

    def url(self) -> str:
        return f"{reverse('shopflow-staff:message-list')}?state=trouble"
