"""The built-in publishing requirements: what the law wants of an offer for parts, and what a dealer may want on top."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shopflow.contracts.publishing import PublishingRequirement, publishing_requirements
from shopflow.core import clock
from shopflow.parts.hazards import CLASSES
from shopflow.parts.models import Manufacturer, PartRecord
from shopflow.parts.queries.goods import in_goods_class
from shopflow.parts.tyre_labels import CLASSES as CLASSES_OF_TYRES
from shopflow.parts.tyre_labels import NOISE_CLASSES

Goods = PartRecord.GoodsClass
EXPERT_REPORTS_UNTIL = date(2028, 6, 19)
"""Last day on which a part may be fitted by a Teilegutachten (§ 72 (2) StVZO)."""
BATTERY_DEPOSIT_CENTS = 750
"""What § 19 (1) BattDG has every starter battery sold with, VAT included: no other amount, in cents."""
BASE_UNITS = ("LTR", "KGM", "MTR", "MTK")


def lacking(parts: Any, has: Any) -> Any:
    """``parts`` for which the condition ``has`` is not true, be it false or unknown."""
    met = Case(When(has, then=Value(1)), default=Value(0))
    return parts.annotate(_met=met).filter(_met=0)


@publishing_requirements.register
class PriceRequired(PublishingRequirement):
    """Parts whose price is told on request are not offered for sale, and need none."""

    code = "price"
    label = _("price")
    hint = _("Enter a price above zero.")
    law = _("§ 3 PAngV")
    position = 10
    may_be_off = False
    about_amounts = False

    def failing(self, parts: Any) -> Any:
        stock = get_model("partner", "StockRecord").objects.filter(product_id=OuterRef("product_id"), price__gt=0)
        return parts.filter(~Exists(stock), list_price_cents__gt=0)


@publishing_requirements.register
class TyreLabelRequired(PublishingRequirement):
    """Retreads, used and motorcycle tyres have no label: staff give them the kind “nothing special”."""

    code = "tyre_label"
    label = _("tyre label")
    hint = _("Enter the classes, the noise and the EPREL number of the tyre. They stand in the EPREL database.")
    law = _("Reg. (EU) 2020/740 Art. 6")
    position = 20
    may_be_off = False
    about_trade = False

    def failing(self, parts: Any) -> Any:
        has_label = Q(
            attributes__tyre__fuel__in=list(CLASSES_OF_TYRES),
            attributes__tyre__wet__in=list(CLASSES_OF_TYRES),
            attributes__tyre__noise_class__in=list(NOISE_CLASSES),
            attributes__tyre__noise_db__gt=0,
            attributes__tyre__eprel__gt=0,
        )
        return lacking(parts.filter(in_goods_class(Goods.TYRE)), has_label)


@publishing_requirements.register
class BasePriceRequired(PublishingRequirement):
    code = "base_price"
    label = _("content for the base price")
    hint = _("Enter what one piece holds, such as 5 litres: the price per litre must stand beside the price.")
    law = _("§ 4 PAngV")
    position = 30
    may_be_off = False
    about_trade = False

    def failing(self, parts: Any) -> Any:
        fluids = parts.filter(in_goods_class(Goods.OIL, Goods.FLUID))
        return fluids.exclude(unit__in=BASE_UNITS).filter(content_milli__isnull=True)


@publishing_requirements.register
class HazardClassRequired(PublishingRequirement):
    code = "hazard_class"
    label = _("class of dangerous goods")
    hint = _("Enter the class beside the UN number. It stands in section 14 of the safety data sheet.")
    law = _("ADR")
    position = 40
    may_be_off = False
    about_trade = False

    def failing(self, parts: Any) -> Any:
        return parts.filter(un_number__gt="", hazard_class="").exclude(un_number__in=list(CLASSES))


@publishing_requirements.register
class ExpertReportStillUsable(PublishingRequirement):
    code = "expert_report"
    label = _("approval that is still valid")
    hint = _("Since 20 June 2028 no part may be fitted by a Teilegutachten. Enter another approval.")
    law = _("§ 72 (2) StVZO")
    position = 50
    may_be_off = False
    about_trade = False

    def failing(self, parts: Any) -> Any:
        if timezone.localdate(clock.now()) <= EXPERT_REPORTS_UNTIL:
            return parts.none()
        return parts.filter(approval_kind=PartRecord.Approval.EXPERT_REPORT)


@publishing_requirements.register
class BatteryDepositRequired(PublishingRequirement):
    code = "battery_deposit"
    label = _("battery deposit")
    hint = _(
        "Enter a deposit of exactly 7.50 € incl. VAT, or say that it is no starter battery (kind “nothing special”)."
    )
    law = _("§ 19 BattDG")
    position = 60
    about_trade = False

    def failing(self, parts: Any) -> Any:
        return lacking(
            parts.filter(in_goods_class(Goods.BATTERY)), Q(battery_deposit_gross_cents=BATTERY_DEPOSIT_CENTS)
        )


@publishing_requirements.register
class ManufacturerRequired(PublishingRequirement):
    code = "manufacturer"
    label = _("manufacturer's data (GPSR)")
    hint = _(
        "Enter name, postal and e-mail address of the manufacturer at the brand, and of the EU's responsible person."
    )
    law = _("Reg. (EU) 2023/988 Art. 19")
    position = 70
    default_on = False
    about_trade = False

    def failing(self, parts: Any) -> Any:
        own = Q(manufacturer__isnull=False) & Manufacturer.complete("manufacturer__")
        brands = Q(manufacturer__isnull=True) & Manufacturer.complete("brand__manufacturer__")
        return lacking(parts, own | brands)


@publishing_requirements.register
class PictureRequired(PublishingRequirement):
    code = "picture"
    label = _("picture")
    hint = _("Upload a picture, or have the import take it from the picture folder.")
    law = _("Reg. (EU) 2023/988 Art. 19 c")
    position = 80
    default_on = False
    about_trade = False

    def failing(self, parts: Any) -> Any:
        image = get_model("catalogue", "ProductImage").objects.filter(product_id=OuterRef("product_id"))
        return parts.filter(~Exists(image))


@publishing_requirements.register
class ApprovalMarkRequired(PublishingRequirement):
    code = "approval_mark"
    label = _("approval mark")
    hint = _("Enter the mark on the part, such as E1 12345. Without a mark it must not even be offered.")
    law = _("§ 22a (2) StVZO")
    position = 90
    default_on = False
    about_trade = False

    def failing(self, parts: Any) -> Any:
        return parts.filter(in_goods_class(Goods.LIGHTING), approval_number="")


@publishing_requirements.register
class PriceStillValid(PublishingRequirement):
    """For parts whose delivery says until when their price holds; off until a dealer wants it."""

    code = "price_valid"
    label = _("price that is still valid")
    hint = _("The supplier's price has run out. Import the new price list, or take the date away in the system.")
    position = 95
    default_on = False
    about_amounts = False

    def failing(self, parts: Any) -> Any:
        return parts.filter(price_valid_to__lt=timezone.localdate(clock.now()), list_price_cents__gt=0)


@publishing_requirements.register
class CategoryRequired(PublishingRequirement):
    code = "category"
    label = _("product group")
    hint = _("Put the part into a product group, otherwise customers find it by search only.")
    position = 100
    default_on = False
    about_trade = False

    def failing(self, parts: Any) -> Any:
        link = get_model("catalogue", "ProductCategory").objects.filter(product_id=OuterRef("product_id"))
        return parts.filter(~Exists(link))
