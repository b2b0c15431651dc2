"""Campaigns: words and dates, and the button that starts one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from shopflow.audience import services
from shopflow.audience.campaign_form import CampaignForm
from shopflow.audience.exceptions import ValueRefused
from shopflow.audience.models import Campaign
from shopflow.core.access import staff_page

VIEW = "shopflow_audience.view_campaign"
CHANGE = "shopflow_audience.change_campaign"
SHOWN = 100


@staff_page(VIEW)
def campaign_list(request: HttpRequest) -> HttpResponse:
    """The newest campaigns."""
    context = {"rows": Campaign.objects.select_related("segment")[:SHOWN], "may_change": request.user.has_perm(CHANGE)}
    return render(request, "shopflow/audience/dashboard/campaigns.html", context)


@staff_page(CHANGE)
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Words and dates, as long as the campaign has not been started; then they are only shown."""
    campaign = get_object_or_404(Campaign, pk=pk) if pk else Campaign()
    form = CampaignForm(request.POST or None, instance=campaign)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_campaign(campaign=form.save(commit=False), actor=request.user)
        except ValueRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The campaign is saved. Nobody has been told yet."))
            return redirect("shopflow-staff:campaign", pk=saved.pk)
    stored = Campaign.objects.filter(pk=pk).first() if pk else None
    people = services.campaign_people(stored).count() if stored and stored.started_at is None else None
    context = {"form": form, "campaign": stored, "people": people}
    return render(request, "shopflow/audience/dashboard/campaign.html", context, status=422 if form.errors else 200)


@staff_page(CHANGE)
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Announce it to everybody whom it is for."""
    campaign = get_object_or_404(Campaign, pk=pk)
    try:
        count = services.start_campaign(campaign=campaign, actor=request.user)
    except ValueRefused as error:
        messages.error(request, str(error))
    else:
        said = ngettext("Started for %(count)s contact.", "Started for %(count)s contacts.", count)
        messages.success(request, said % {"count": count})
    return redirect("shopflow-staff:campaign", pk=pk)
