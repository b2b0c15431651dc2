"""Documents on request are kept beside the pages on which people ask for them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from shopflow.audience.models import LeadMagnet


class LeadMagnets(SnippetViewSet):
    model = LeadMagnet
    icon = "doc-full"
    menu_label = _("Documents on request")
    list_display = ["title", "slug", "is_active"]
    panels = [
        FieldPanel("title"),
        FieldPanel("slug"),
        FieldPanel("text"),
        FieldPanel("file"),
        FieldPanel("category"),
        FieldPanel("for_business"),
        FieldPanel("is_active"),
    ]


register_snippet(LeadMagnets)
