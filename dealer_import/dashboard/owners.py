"""The staff's door to the owners of a part's fields: lock one, or give it back to the source."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dealer_import import services
from dealer_import.dashboard.access import OWNERS
from dealer_import.wizard.wording import label_of
from shopflow.core.access import staff_page
from shopflow.parts.models import PartRecord


@require_POST
@staff_page(OWNERS)
def field_owner(request: HttpRequest, product_id: int) -> HttpResponse:
    """Lock or unlock one field, then back to the product's page."""
    get_object_or_404(PartRecord, product_id=product_id)
    field = request.POST.get("field", "")
    try:
        if request.POST.get("do") == "lock":
            services.lock_field(product_id=product_id, field=field, actor=request.user)
            told = _("%(field)s is locked: no import changes it any more.")
        else:
            services.unlock_field(product_id=product_id, field=field, actor=request.user)
            told = _("%(field)s belongs to the dealer's system again; the next delivery writes it.")
    except ValueError as error:
        raise Http404(str(error)) from error
    messages.success(request, told % {"field": label_of(field)})
    return redirect("dashboard:catalogue-product", pk=product_id)
