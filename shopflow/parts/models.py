"""Tables of the parts: brands, part data beside Oscar's products, cross references, fitment, succession, prices."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Brand(models.Model):
    """A manufacturer's brand. ``code`` stands in SKUs and never changes; ``name`` is what people read."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=120)
    number_rule = models.CharField(_("number rule"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PartRecord(models.Model):
    """What a product is as a car part. Identity is brand and number key; money is integer cents.

    ``list_price_cents`` is the net price of ``price_per`` units, ``sales_qty`` how many units one sale of the product
    holds (the pack for goods priced per 100). ``imported_*`` is what the last import delivered: a field whose current
    value differs has been edited in the shop and belongs to it. ``raw_hash`` and ``row_hash`` let an import skip
    what has not changed; ``source`` names the import source that keeps the part up to date.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("available")
        RUNOUT = "runout", _("while stocks last")
        GONE = "gone", _("no longer available")

    class TaxCode(models.TextChoices):
        STANDARD = "standard", _("standard rate")
        REDUCED = "reduced", _("reduced rate")

    product = models.OneToOneField("catalogue.Product", on_delete=models.CASCADE, related_name="part_record")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="parts", verbose_name=_("brand"))
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

    source = models.CharField(_("import source"), max_length=64, blank=True)
    raw_hash = models.BigIntegerField(null=True, editable=False)
    row_hash = models.BigIntegerField(null=True, editable=False)
    imported_title = models.CharField(max_length=255, blank=True, editable=False)
    imported_description = models.TextField(blank=True, editable=False)
    imported_category = models.ForeignKey(
        "catalogue.Category", on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    missing = models.BooleanField(_("missing in the last full import"), default=False, editable=False)
    hidden_by_import = models.BooleanField(default=False, editable=False)
    changed_by_run = models.BigIntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("part data")
        verbose_name_plural = _("part data")
        indexes = [models.Index(fields=["source"], name="sf_part_source")]
        constraints = [
            models.UniqueConstraint(fields=["brand", "number_key"], name="sf_part_identity"),
            models.CheckConstraint(condition=Q(price_per__in=[1, 10, 100, 1000]), name="sf_part_price_per"),
            models.CheckConstraint(
                condition=Q(list_price_cents__gt=0, pack_qty__gt=0, sales_qty__gt=0), name="sf_part_positive"
            ),
            models.CheckConstraint(condition=~Q(number_key=""), name="sf_part_has_number"),
        ]

    def __str__(self) -> str:
        return f"{self.brand_id}:{self.number_display}"


class PartReference(models.Model):
    """Another number of the part: the vehicle maker's (OE), a supplier's, a former one. Found by its key."""

    class Kind(models.TextChoices):
        OE = "oe", _("OE number")
        SUPPLIER = "supplier", _("supplier's number")
        TRADE = "trade", _("trade number")
        FORMER = "former", _("former number")

    part = models.ForeignKey(PartRecord, on_delete=models.CASCADE, related_name="references")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    brand_code = models.CharField(_("brand"), max_length=32, blank=True)
    number_display = models.CharField(_("number"), max_length=64)
    number_key = models.CharField(_("number key"), max_length=64, db_index=True)

    class Meta:
        verbose_name = _("reference number")
        verbose_name_plural = _("reference numbers")
        constraints = [
            models.UniqueConstraint(fields=["part", "kind", "brand_code", "number_key"], name="sf_reference_once")
        ]

    def __str__(self) -> str:
        return self.number_display


class PartFitment(models.Model):
    """A vehicle that the part fits, by the German type keys: HSN (4 digits) and the first three places of the TSN.

    ``year_from`` and ``year_to`` are 0 when open.
    """

    part = models.ForeignKey(PartRecord, on_delete=models.CASCADE, related_name="fitments")
    hsn = models.CharField("HSN", max_length=4)
    tsn = models.CharField("TSN", max_length=3)
    model = models.CharField(_("model"), max_length=80, blank=True)
    year_from = models.PositiveSmallIntegerField(_("from year"), default=0)
    year_to = models.PositiveSmallIntegerField(_("to year"), default=0)

    class Meta:
        verbose_name = _("vehicle fitment")
        verbose_name_plural = _("vehicle fitments")
        indexes = [models.Index(fields=["hsn", "tsn"], name="sf_fitment_keys")]
        constraints = [
            models.UniqueConstraint(
                fields=["part", "hsn", "tsn", "model", "year_from", "year_to"], name="sf_fitment_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hsn}/{self.tsn} {self.model}".strip()


class PartSuccession(models.Model):
    """The part that follows a part. A kit is replaced by all of its successors together."""

    class Kind(models.TextChoices):
        SAME = "same", _("interchangeable")
        ONE_WAY = "one_way", _("replaces, but not the other way round")
        KIT = "kit", _("replaced by several parts together")
        CHOICE = "choice", _("replaced by one of several parts")

    part = models.ForeignKey(PartRecord, on_delete=models.CASCADE, related_name="successions")
    successor = models.ForeignKey(PartRecord, on_delete=models.CASCADE, related_name="predecessions")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.SAME)

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["part", "successor"], name="sf_succession_once"),
            models.CheckConstraint(condition=~Q(part=F("successor")), name="sf_succession_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} → {self.successor_id}"


class PriceHistory(models.Model):
    """One change of a part's net selling price, in cents per sale: written on every change and only then.

    § 11 PAngV wants the lowest price of the last 30 days beside an announced reduction.
    """

    part = models.ForeignKey(PartRecord, on_delete=models.CASCADE, related_name="price_changes")
    old_net_cents = models.PositiveIntegerField()
    new_net_cents = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    run_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("price change")
        verbose_name_plural = _("price changes")
        indexes = [models.Index(fields=["part", "valid_from"], name="sf_price_part_time")]
        constraints = [
            models.CheckConstraint(condition=~Q(old_net_cents=F("new_net_cents")), name="sf_price_really_changed")
        ]

    def __str__(self) -> str:
        return f"{self.part_id}: {self.old_net_cents} → {self.new_net_cents}"
