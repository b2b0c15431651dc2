"""The staff's door to blocks: what blocks an address, what was lifted, and lifting what bounces have set."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from shopflow.core.access import staff_page
from shopflow.mailing import services
from shopflow.mailing.forms import LiftForm
from shopflow.mailing.models import LiftedBlock, Suppression
from shopflow.mailing.services.suppressions import LIFTABLE

LIFT = "shopflow_mailing.delete_suppression"
SHOWN = 100


@staff_page(LIFT)
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then lift the block."""
    block = get_object_or_404(Suppression, pk=pk, reason__in=LIFTABLE)
    form = LiftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if services.lift_block(block_id=pk, why=form.cleaned_data["why"], actor=request.user) is None:
            messages.warning(request, _("Somebody has lifted the block already."))
        else:
            messages.success(request, _("The block is lifted. The next bounce sets it again."))
        return redirect("shopflow-staff:mail-blocks")
    status = 422 if request.method == "POST" else 200
    return render(request, "shopflow/mailing/lift.html", {"suppression": block, "form": form}, status=status)


@staff_page(LIFT)
def blocks(request: HttpRequest) -> HttpResponse:
    """The newest blocks that can be lifted, and the newest that were."""
    context = {
        "blocks": Suppression.objects.filter(reason__in=LIFTABLE).order_by("-created_at", "-pk")[:SHOWN],
        "lifted": LiftedBlock.objects.order_by("-lifted_at", "-pk")[:SHOWN],
    }
    return render(request, "shopflow/mailing/blocks.html", context)
