from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from oscar.core.loading import get_model

from shopflow.contracts.publishing import publishing_requirements
from shopflow.core.access import may_open, staff_page
from shopflow.core.exporting import csv_rows
from shopflow.parts import services
from shopflow.parts.forms.staff import DemandForm
from shopflow.parts.models import GoodsCategory, PartRecord
from shopflow.parts.queries.publishing import (
    brands_with_missing,
    counts_by_requirement,
    import_sources_of_parts,
    incomplete_parts,
    missing_items,
)

VIEW = "shopflow_parts.view_partrecord"
CHANGE = "shopflow_parts.change_partrecord"
PER_PAGE = 50


def _filters(request: HttpRequest) -> dict[str, str]:
    known = {name: request.GET.get(name, "")[:100].replace("\0", "") for name in ("fehlt", "marke", "quelle", "q")}
    return {"requirement": known["fehlt"], "brand": known["marke"], "source": known["quelle"], "text": known["q"]}


@staff_page(VIEW)
def missing_list(request: HttpRequest) -> HttpResponse:
    """Parts that lack something, narrowed by what is missing, brand, source and number."""
    filters = _filters(request)
    only_binding = request.GET.get("gesperrt") == "1"
    page = Paginator(incomplete_parts(**filters, binding=only_binding), PER_PAGE).get_page(request.GET.get("page"))
    demands = services.demands()
    counts = counts_by_requirement()
    context = {
        "page": page,
        "rows": [(part, missing_items(part)) for part in page],
        "demands": [(demand, counts.get(demand.requirement.code, 0)) for demand in demands if demand.is_on],
        "brands": brands_with_missing(),
        "filters": filters,
        "only_binding": only_binding,
        "sources": import_sources_of_parts(),
        "query": request.GET.urlencode(),
        "may_change": may_open(request.user, CHANGE),
        "dormant": services.dormant_laws(),
    }  # fmt: skip
    return render(request, "shopflow/parts/dashboard/missing.html", context)


@staff_page(VIEW)
def missing_csv(request: HttpRequest) -> HttpResponseBase:
    """The same list as a file."""
    header = [
        _("Brand"),
        _("Number"),
        _("Title"),
        _("What is missing"),
        _("What to do"),
        _("Keeps it offline"),
        _("Since"),
    ]
    parts = incomplete_parts(**_filters(request), binding=request.GET.get("gesperrt") == "1")

    def rows() -> Iterator[list[object]]:
        for part in parts.iterator(chunk_size=1000):
            for item in missing_items(part):
                hint = item.requirement.hint if item.requirement else ""
                binding = _("yes") if item.block.is_binding else _("no")
                yield [part.brand.name, part.number_display, part.product.get_title(), item.label, hint, binding,
                       item.block.since.date().isoformat()]  # fmt: skip

    response = StreamingHttpResponse(csv_rows(header, rows()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_("missing")}.csv"'
    return response


@staff_page(VIEW)
def demand_list(request: HttpRequest) -> HttpResponse:
    """Which demands are in force, and since when."""
    counts = counts_by_requirement()
    rows = [
        (demand, counts.get(demand.requirement.code, 0), DemandForm(
            initial={"is_on": demand.is_on, "starts_on": demand.starts_on}, prefix=demand.requirement.code))
        for demand in services.demands()
    ]  # fmt: skip
    context = {
        "rows": rows,
        "may_change": may_open(request.user, CHANGE),
        "dormant": services.dormant_laws(),
    }
    return render(request, "shopflow/parts/dashboard/demands.html", context)


@require_POST
@staff_page(CHANGE)
def demand_save(request: HttpRequest, code: str) -> HttpResponse:
    """Switch one demand on or off."""
    if code not in publishing_requirements:
        raise Http404
    form = DemandForm(request.POST, prefix=code)
    if not form.is_valid():
        messages.error(request, _("This is no date. Please choose one, or leave it empty."))
        return redirect("shopflow-staff:parts-demands")
    try:
        changed = services.set_demand(code=code, actor=request.user, **form.cleaned_data)
    except services.DemandFixed:
        messages.error(request, _("The law demands this; it cannot be switched off."))
        return redirect("shopflow-staff:parts-demands")
    services.announce_change(run_id=None, changed=changed)
    told = ngettext("%(n)s part has become public or hidden.", "%(n)s parts have become public or hidden.", changed)
    messages.success(request, told % {"n": changed})
    return redirect("shopflow-staff:parts-demands")


@staff_page(VIEW)
def goods_list(request: HttpRequest) -> HttpResponse:
    """Which product groups hold goods that laws speak of."""
    category = get_model("catalogue", "Category")
    known = {row.category_id: row for row in GoodsCategory.objects.all()}
    rows = [(node, known.get(node.pk)) for node in category.objects.order_by("path")[:2000]]
    context = {
        "rows": rows,
        "choices": PartRecord.GoodsClass.choices,
        "may_change": may_open(request.user, CHANGE),
    }
    return render(request, "shopflow/parts/dashboard/goods.html", context)


@require_POST
@staff_page(CHANGE)
def goods_save(request: HttpRequest) -> HttpResponse:
    """Save the kinds that were changed, and judge all parts anew."""
    known = dict(GoodsCategory.objects.values_list("category_id", "goods_class"))
    changed = 0
    for pk in get_model("catalogue", "Category").objects.values_list("pk", flat=True):
        wanted = request.POST.get(f"kategorie-{pk}")
        if wanted is None or wanted == known.get(pk, "") or (wanted and wanted not in PartRecord.GoodsClass.values):
            continue
        services.set_goods_category(category_id=pk, goods_class=wanted, actor=request.user)
        changed += 1
    if changed:
        services.announce_change(run_id=None, changed=services.review_publishing())
        messages.success(
            request, ngettext("%(n)s product group saved.", "%(n)s product groups saved.", changed) % {"n": changed}
        )
    return redirect("shopflow-staff:parts-goods")
