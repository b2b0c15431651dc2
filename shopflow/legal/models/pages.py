from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from shopflow.contracts.pages import legal_page_types
from shopflow.legal.blocks import HOME_BLOCKS, LEGAL_TEXT


def type_choices() -> list[tuple[str, Any]]:
    """Installed kinds of legal texts; a callable, so that a plugin's kind needs no migration of ours."""
    return legal_page_types.choices()


class HomePage(Page):
    """The shop's first page, put together from blocks."""

    body = StreamField(HOME_BLOCKS, verbose_name=_("content"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("body")]
    subpage_types = ["shopflow_legal.LegalPage"]
    template = "shopflow/content/home_page.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")


class LegalPage(Page):
    """A legal text that staff edit. Publishing it stores a version that never changes."""

    type_code = models.CharField(_("type"), max_length=32, choices=type_choices)
    body = RichTextField(_("text"), features=LEGAL_TEXT)
    checked_by = models.CharField(
        _("checked by"), max_length=120, blank=True, help_text=_("The law firm that confirmed this text.")
    )
    checked_on = models.DateField(_("checked on"), null=True, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("type_code"),
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("checked_by"), FieldPanel("checked_on")], heading=_("Legal check")),
    ]
    subpage_types: list[str] = []
    template = "shopflow/content/legal_page.html"

    class Meta:
        verbose_name = _("legal page")
        verbose_name_plural = _("legal pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from shopflow.legal.queries import version_in_force

        version = version_in_force(self.type_code, self.locale.language_code)
        return {**super().get_context(request, *args, **kwargs), "version": version}
