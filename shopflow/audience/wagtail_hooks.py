"""Documents on request are kept beside the pages on which people ask for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from shopflow.audience.exceptions import ValueRefused
from shopflow.audience.models import LeadMagnet
from shopflow.audience.services import keep_code, still_needed

KIND = "document"


class LeadMagnetForm(WagtailAdminModelForm):
    """Keeps the code of a document that an automation or a segment names."""

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        stored = LeadMagnet.objects.filter(pk=self.instance.pk).values_list("slug", flat=True).first()
        if stored is not None:
            try:
                keep_code(kind=KIND, before=stored, after=slug)
            except ValueRefused as refusal:
                self.add_error("slug", str(refusal))
        return slug


class LeadMagnets(SnippetViewSet):
    model = LeadMagnet
    icon = "doc-full"
    menu_label = _("Documents on request")
    list_display = ["title", "slug", "is_active"]
    edit_handler = ObjectList(
        [FieldPanel(name) for name in ("title", "slug", "text", "file", "category", "for_business", "is_active")],
        base_form_class=LeadMagnetForm,
    )


register_snippet(LeadMagnets)


@hooks.register("before_delete_snippet")
def keep_documents_in_use(request: HttpRequest, instances: Iterable[Any]) -> HttpResponse | None:
    """Refuse to delete a document that an automation or a segment names, and say which."""
    documents = [one for one in instances if isinstance(one, LeadMagnet)]
    sentences = [sentence for one in documents if (sentence := still_needed(kind=KIND, code=one.slug, name=one.title))]
    if not sentences:
        return None
    for sentence in sentences:
        messages.error(request, sentence)
    return redirect("wagtailsnippets_shopflow_audience_leadmagnet:list")
