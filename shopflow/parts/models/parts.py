from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shopflow.parts.models.brands import Brand, Manufacturer
from shopflow.tax.rates import EXCHANGE


class PartRecord(models.Model):
    """What a product is as a car part. Identity is brand and number key; money is integer cents.

    ``list_price_cents`` is the net price of ``price_per`` units; 0 means that the price is told on request: such a part
    is shown and not sold. ``sales_qty`` is how many units one sale of the product holds (the pack for goods priced per
    100). ``imported_*`` is what the last import delivered: a field whose current value differs has been edited in the
    shop and belongs to it. ``raw_hash`` and ``row_hash`` let an import skip what has not changed, ``relations_hash``
    the part's references and vehicles, ``rest_text_hash`` and ``rest_hash`` everything but price and stock, as it was
    written and as what it means; ``identity`` is brand and number key as one integer, for the same purpose.
    ``stock_by_location`` is what the dealer's system counts at each place, in pieces (packs where the stock counts what
    is sold), before what is reserved is taken off. ``source`` names the import source that keeps the part up to date;
    ``missed_runs`` counts the full deliveries that left it out.

    ``content_milli`` is what one piece holds, in thousandths of ``content_unit`` (5 l are 5000 and ``LTR``); the price
    per litre, metre or kilogram is computed from it (§§ 4, 5 PAngV). ``season_from`` and ``season_to`` are months:
    outside of them the part is shown but not sold. ``order_multiple`` is how many must be bought together.
    ``features`` are technical data as pairs of name and value, in the order in which they are shown.
    ``imported_extras`` is what the last import delivered of the fields that few parts have, by the names of
    ``services.EXTRAS``: where a value differs from it, staff have edited it.
    ``hidden_by_gate`` says that the part waits for what the law or the dealer demands before it goes online.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("available")
        RUNOUT = "runout", _("while stocks last")
        GONE = "gone", _("no longer available")

    class TaxCode(models.TextChoices):
        STANDARD = "standard", _("standard rate")
        REDUCED = "reduced", _("reduced rate")

    class GoodsClass(models.TextChoices):
        """What a part is in the eyes of the law; empty means nothing special, or what its category says."""

        TYRE = "tyre", _("tyre (C1 to C3)")
        OIL = "oil", _("engine or gear oil")
        FLUID = "fluid", _("other fluid, grease, paint, by length")
        BATTERY = "battery", _("starter battery")
        LIGHTING = "lighting", _("light, glass, coupling or belt (§ 22a StVZO)")
        AIRBAG = "airbag", _("airbag or belt tensioner")
        NONE = "none", _("nothing special")

    class Approval(models.TextChoices):
        """How a part may be fitted without the vehicle losing its permit (§ 19 (3) StVZO)."""

        NOT_NEEDED = "none", _("no approval needed")
        ABE = "abe", _("ABE (general permit)")
        ECE = "ece", _("EC or ECE type approval")
        PARTIAL = "partial", _("partial type approval")
        EXPERT_REPORT = "report", _("Teilegutachten (expert report)")
        NOT_FOR_ROAD = "no_road", _("not for public roads")

    class Restriction(models.TextChoices):
        NONE = "", _("sold to everybody")
        NOT_FOR_SALE = "not_for_sale", _("shown only, not sold online")
        BUSINESS = "business", _("only to businesses")
        TRAINED = "trained", _("only to businesses with trained personnel")
        ADULT = "age_18", _("only to adults")

    class ContentUnit(models.TextChoices):
        LITRE = "LTR", _("litre")
        KILOGRAM = "KGM", _("kilogram")
        METRE = "MTR", _("metre")
        SQUARE_METRE = "MTK", _("square metre")

    product = models.OneToOneField("catalogue.Product", on_delete=models.CASCADE, related_name="part_record")
    brand = models.ForeignKey(
        Brand, on_delete=models.PROTECT, related_name="parts", verbose_name=_("brand"), db_index=False
    )
    number_display = models.CharField(_("part number"), max_length=64)
    number_key = models.CharField(_("number key"), max_length=64, db_index=True)
    unit = models.CharField(_("unit (UN/ECE Rec 20)"), max_length=3, default="C62")
    pack_qty = models.PositiveIntegerField(_("pack quantity"), default=1)
    price_per = models.PositiveSmallIntegerField(_("price is for"), default=1)
    sales_qty = models.PositiveIntegerField(_("units per sale"), default=1)
    list_price_cents = models.PositiveIntegerField(_("net list price in cents"))
    cost_cents = models.PositiveIntegerField(_("net cost in cents"), null=True, blank=True)
    discount_group = models.CharField(_("discount group"), max_length=16, blank=True)
    tax_code = models.CharField(_("VAT rate"), max_length=8, choices=TaxCode.choices, default=TaxCode.STANDARD)
    core_deposit_cents = models.PositiveIntegerField(_("core deposit, net, in cents"), null=True, blank=True)
    battery_deposit_gross_cents = models.PositiveIntegerField(
        _("battery deposit incl. VAT, in cents"), null=True, blank=True
    )
    un_number = models.CharField(_("UN number"), max_length=8, blank=True)
    weight_g = models.PositiveIntegerField(_("weight in g"), null=True, blank=True)
    length_mm = models.PositiveIntegerField(_("length in mm"), null=True, blank=True)
    width_mm = models.PositiveIntegerField(_("width in mm"), null=True, blank=True)
    height_mm = models.PositiveIntegerField(_("height in mm"), null=True, blank=True)
    customs_no = models.CharField(_("customs tariff number"), max_length=14, blank=True)
    origin = models.CharField(_("country of origin (ISO code)"), max_length=2, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.ACTIVE)
    lead_days = models.PositiveSmallIntegerField(_("lead time in days"), null=True, blank=True)
    valid_from = models.DateField(_("price valid from"), null=True, blank=True)
    image_name = models.CharField(_("image file"), max_length=128, blank=True)
    document_name = models.CharField(_("document file"), max_length=128, blank=True)
    attributes = models.JSONField(_("technical data"), default=dict, blank=True)
    stock_by_location = models.JSONField(_("stock by location"), default=dict, blank=True, db_default={})
    goods_class = models.CharField(
        _("kind of goods"), max_length=8, choices=GoodsClass.choices, blank=True, db_default=""
    )
    content_milli = models.PositiveIntegerField(_("content of one piece, in thousandths"), null=True, blank=True)
    content_unit = models.CharField(
        _("unit of the content"), max_length=3, choices=ContentUnit.choices, blank=True, db_default=""
    )
    order_multiple = models.PositiveIntegerField(_("sold in multiples of"), default=1, db_default=1)
    core_taxed = models.BooleanField(_("VAT on the old part (exchange part)"), default=False, db_default=False)
    hazard_class = models.CharField(_("class of dangerous goods"), max_length=8, blank=True, db_default="")
    limited_quantity = models.BooleanField(_("packed as limited quantity (LQ)"), default=False, db_default=False)
    approval_kind = models.CharField(_("approval"), max_length=8, choices=Approval.choices, blank=True, db_default="")
    approval_number = models.CharField(_("mark or approval number"), max_length=40, blank=True, db_default="")
    approval_note = models.TextField(_("conditions and restrictions"), blank=True, db_default="")
    sale_restriction = models.CharField(
        _("who may buy it"), max_length=12, choices=Restriction.choices, blank=True, db_default=""
    )
    pickup_only = models.BooleanField(_("only for pickup"), default=False, db_default=False)
    season_from = models.PositiveSmallIntegerField(_("sold from month"), null=True, blank=True)
    season_to = models.PositiveSmallIntegerField(_("sold up to month"), null=True, blank=True)
    manufacturer = models.ForeignKey(
        Manufacturer,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("manufacturer, if not the brand's"),
        db_index=False,
    )
    safety_text = models.TextField(_("warnings and safety information"), blank=True, db_default="")
    packing_group = models.CharField(_("packing group"), max_length=3, blank=True, db_default="")
    features = models.JSONField(_("features"), default=list, blank=True, db_default=[])
    price_valid_to = models.DateField(_("price valid to"), null=True, blank=True)
    hidden_by_gate = models.BooleanField(default=False, db_default=False, editable=False)

    source = models.CharField(_("import source"), max_length=64, blank=True)
    identity = models.BigIntegerField(null=True, editable=False)
    raw_hash = models.BigIntegerField(null=True, editable=False)
    row_hash = models.BigIntegerField(null=True, editable=False)
    relations_hash = models.BigIntegerField(null=True, editable=False)
    rest_text_hash = models.BigIntegerField(null=True, editable=False)
    rest_hash = models.BigIntegerField(null=True, editable=False)
    imported_title = models.CharField(max_length=255, blank=True, editable=False)
    imported_description = models.TextField(blank=True, editable=False)
    imported_category = models.ForeignKey(
        "catalogue.Category", on_delete=models.SET_NULL, null=True, related_name="+", editable=False, db_index=False
    )
    imported_extras = models.JSONField(default=dict, db_default={}, editable=False)
    missing = models.BooleanField(_("missing in the last full import"), default=False, editable=False)
    hidden_by_import = models.BooleanField(default=False, editable=False)
    changed_by_run = models.BigIntegerField(null=True, editable=False)
    created_by_run = models.BigIntegerField(null=True, editable=False)
    missed_runs = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        verbose_name = _("part data")
        verbose_name_plural = _("part data")
        permissions = [
            ("buy_business_goods", _("Can buy goods that are sold only to businesses")),
            ("buy_trained_goods", _("Can buy goods that need trained personnel")),
        ]
        indexes = [  # few parts have one of their own
            models.Index(fields=["manufacturer"], condition=Q(manufacturer__isnull=False), name="sf_part_manufacturer")
        ]
        constraints = [
            models.UniqueConstraint(fields=["brand", "number_key"], name="sf_part_identity"),
            models.CheckConstraint(condition=Q(price_per__in=[1, 10, 100, 1000]), name="sf_part_price_per"),
            models.CheckConstraint(condition=Q(pack_qty__gt=0, sales_qty__gt=0), name="sf_part_positive"),
            models.CheckConstraint(condition=~Q(number_key=""), name="sf_part_has_number"),
            models.CheckConstraint(
                condition=Q(season_from__isnull=True, season_to__isnull=True)
                | Q(season_from__range=(1, 12), season_to__range=(1, 12)),
                name="sf_part_season",
            ),
            models.CheckConstraint(
                condition=Q(content_milli__isnull=True) | Q(content_milli__gt=0, content_unit__gt=""),
                name="sf_part_content",
            ),
            models.CheckConstraint(condition=Q(order_multiple__gt=0), name="sf_part_multiple"),
        ]

    @property
    def tax_class(self) -> str:
        """How its sale is taxed: with an exchange part VAT is owed on the old part, too."""
        return EXCHANGE if self.core_taxed and self.tax_code == self.TaxCode.STANDARD else str(self.tax_code)

    def __str__(self) -> str:
        return f"{self.brand_id}:{self.number_display}"

    @property
    def is_on_request(self) -> bool:
        """Shown without a price, and not sold online."""
        return self.list_price_cents == 0
