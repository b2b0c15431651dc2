from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.parts import number_rules
from shopflow.parts.models import Brand, Manufacturer, PartDocument, PartFitment, PartRecord, PartSuccession
from shopflow.parts.numbers import brand_key
from shopflow.parts.queries.fitment import years_of
from shopflow.parts.vehicle_keys import BadKey, read_keys
from shopflow.tax.rates import to_cents

CLASSES = [("", "–"), *[(letter, letter) for letter in "ABCDE"]]
NOISE = [("", "–"), *[(letter, letter) for letter in "ABC"]]
SEASONS = [("", "–"), ("summer", _("summer")), ("winter", _("winter")), ("all", _("all seasons"))]
MONTH_CHOICES = [("", "–"), *[(str(number), name) for number, name in MONTHS.items()]]
PACKING_GROUPS = [("", "–"), ("I", "I"), ("II", "II"), ("III", "III")]
TYRE = ("size", "load", "speed", "season", "fuel", "wet", "noise_db", "noise_class", "snow", "ice", "eprel")
MAX_FITMENTS = 2000


class PartForm(forms.Form):
    """What staff enter about a part as a part; texts, pictures and prices stand on Oscar's pages."""

    goods_class = forms.ChoiceField(label=_("Kind of goods"), required=False)
    status = forms.ChoiceField(label=_("Status"), choices=PartRecord.Status.choices)
    order_multiple = forms.IntegerField(label=_("Sold in multiples of"), min_value=1, max_value=1_000_000)
    content = forms.DecimalField(
        label=_("Content of one piece"), required=False, min_value=Decimal("0.001"), decimal_places=3, max_digits=9,
        localize=True, help_text=_("Such as 5 for a can of 5 litres; for the base price (§ 4 PAngV)."),
    )  # fmt: skip
    content_unit = forms.ChoiceField(
        label=_("Unit of the content"), required=False, choices=[("", "–"), *PartRecord.ContentUnit.choices]
    )
    core_deposit = forms.DecimalField(
        label=_("Core deposit, net, in €"), required=False, min_value=0, decimal_places=2, max_digits=8, localize=True
    )
    battery_deposit = forms.DecimalField(
        label=_("Battery deposit incl. VAT, in €"), required=False, min_value=0, decimal_places=2, max_digits=8,
        localize=True, help_text=_("7.50 € for each starter battery (§ 19 BattDG)."),
    )  # fmt: skip
    sale_restriction = forms.ChoiceField(
        label=_("Who may buy it"), required=False, choices=PartRecord.Restriction.choices
    )
    pickup_only = forms.BooleanField(label=_("Only for pickup"), required=False)
    season_from = forms.TypedChoiceField(
        label=_("Sold from"), required=False, choices=MONTH_CHOICES, coerce=int, empty_value=None
    )
    season_to = forms.TypedChoiceField(
        label=_("Sold up to and including"), required=False, choices=MONTH_CHOICES, coerce=int, empty_value=None
    )
    un_number = forms.RegexField(
        label=_("UN number"), required=False, regex=r"^(UN\d{4})?$",
        error_messages={"invalid": _("A UN number is UN and four digits, such as UN2794.")},
    )  # fmt: skip
    hazard_class = forms.CharField(
        label=_("Class of dangerous goods"), required=False, max_length=8,
        help_text=_("Known for the usual numbers; else it stands in section 14 of the safety data sheet."),
    )  # fmt: skip
    limited_quantity = forms.BooleanField(label=_("Packed as limited quantity (LQ)"), required=False)
    packing_group = forms.ChoiceField(label=_("Packing group"), required=False, choices=PACKING_GROUPS)
    core_taxed = forms.BooleanField(label=_("VAT on the old part (exchange part)"), required=False)
    features = forms.CharField(
        label=_("Technical data"), required=False, widget=forms.Textarea({"rows": 6}), max_length=20_000,
        help_text=_("One feature a line, such as: Material: steel"),
    )  # fmt: skip
    manufacturer = forms.ModelChoiceField(
        label=_("Manufacturer, if not the brand's"), queryset=Manufacturer.objects.all(), required=False
    )
    safety_text = forms.CharField(
        label=_("Warnings and safety information"), required=False, max_length=5000, widget=forms.Textarea({"rows": 4})
    )
    approval_kind = forms.ChoiceField(
        label=_("Approval"), required=False, choices=[("", "–"), *PartRecord.Approval.choices]
    )
    approval_number = forms.CharField(label=_("Mark or approval number"), required=False, max_length=40)
    approval_note = forms.CharField(
        label=_("Conditions and restrictions"), required=False, max_length=3000, widget=forms.Textarea({"rows": 3})
    )
    tyre_size = forms.CharField(label=_("Size"), required=False, max_length=30)
    tyre_load = forms.CharField(label=_("Load index"), required=False, max_length=8)
    tyre_speed = forms.CharField(label=_("Speed symbol"), required=False, max_length=3)
    tyre_season = forms.ChoiceField(label=_("Season"), required=False, choices=SEASONS)
    tyre_fuel = forms.ChoiceField(label=_("Fuel efficiency class"), required=False, choices=CLASSES)
    tyre_wet = forms.ChoiceField(label=_("Wet grip class"), required=False, choices=CLASSES)
    tyre_noise_db = forms.IntegerField(
        label=_("External rolling noise in dB"), required=False, min_value=50, max_value=100
    )
    tyre_noise_class = forms.ChoiceField(label=_("Noise class"), required=False, choices=NOISE)
    tyre_snow = forms.BooleanField(label=_("For severe snow (3PMSF)"), required=False)
    tyre_ice = forms.BooleanField(label=_("For ice"), required=False)
    tyre_eprel = forms.IntegerField(
        label=_("EPREL number"), required=False, min_value=1, max_value=2_000_000_000, localize=False
    )
    successors = forms.CharField(
        label=_("Replaced by"), required=False, max_length=500,
        help_text=_("Numbers of the same brand, joined by +. Empty: nothing replaces it."),
    )  # fmt: skip
    succession_kind = forms.ChoiceField(
        label=_("How it is replaced"), required=False, choices=PartSuccession.Kind.choices
    )
    fitments = forms.CharField(
        label=_("Fits these vehicles"), required=False, widget=forms.Textarea({"rows": 6}), max_length=100_000,
        help_text=_("One vehicle a line: 0603/BPH Golf 1.4 (2008-2012). Name and years may stay empty."),
    )  # fmt: skip

    GROUPS: ClassVar[Sequence[tuple[Any, Sequence[str]]]] = (
        (_("Goods and sale"), ("goods_class", "status", "order_multiple", "content", "content_unit", "sale_restriction",
                               "pickup_only", "season_from", "season_to")),
        (_("Deposits"), ("core_deposit", "core_taxed", "battery_deposit")),
        (_("Dangerous goods"), ("un_number", "hazard_class", "packing_group", "limited_quantity")),
        (_("Technical data"), ("features",)),
        (_("Safety (GPSR) and approval"), ("manufacturer", "safety_text", "approval_kind", "approval_number",
                                           "approval_note")),
        (_("Tyre label"), tuple(f"tyre_{name}" for name in TYRE)),
        (_("Successors"), ("successors", "succession_kind")),
        (_("Vehicles"), ("fitments",)),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, part: PartRecord) -> None:
        self.part = part
        super().__init__(data, initial=_initial(part) if data is None else None)
        field: Any = self.fields["goods_class"]
        field.choices = [("", gettext("as its product group says")), *PartRecord.GoodsClass.choices]
        self.successor_parts: list[PartRecord] = []
        self.fitment_rows: list[tuple[str, str, str, int, int]] = []

    def groups(self) -> list[tuple[Any, list[Any]]]:
        """The fields as the page shows them, under their headings."""
        return [(title, [self[name] for name in names]) for title, names in self.GROUPS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("content")) != bool(cleaned.get("content_unit")):
            self.add_error("content_unit", _("Please enter the content and its unit, or neither."))
        if (cleaned.get("season_from") is None) != (cleaned.get("season_to") is None):
            self.add_error("season_to", _("Please choose both months, or none."))
        return cleaned

    def clean_successors(self) -> str:
        text: str = self.cleaned_data["successors"]
        rule = self.part.brand.number_rule
        keys = list(dict.fromkeys(key for item in text.split("+") if (key := brand_key(item, rule))))
        found = {
            part.number_key: part for part in PartRecord.objects.filter(brand=self.part.brand, number_key__in=keys)
        }
        missing = [key for key in keys if key not in found]
        if missing:
            raise ValidationError(
                _("%(brand)s has no part %(numbers)s in this shop."),
                params={"brand": self.part.brand.name, "numbers": ", ".join(missing)},
            )
        self.successor_parts = [found[key] for key in keys]
        return text

    def clean_features(self) -> list[list[str]]:
        """Pairs of name and value; a line without a colon has no value."""
        found = []
        for line in self.cleaned_data["features"].splitlines():
            name, _colon, value = line.partition(":")
            if line.strip() and not (name.strip() and value.strip()):
                raise ValidationError(_("“%(line)s”: please write a name, a colon and a value."), params={"line": line})
            if line.strip():
                found.append([name.strip()[:80], value.strip()[:300].replace("|", "/")])
        return found

    def clean_fitments(self) -> str:
        text: str = self.cleaned_data["fitments"]
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(lines) > MAX_FITMENTS:
            raise ValidationError(_("More than %(n)s vehicles: please import them."), params={"n": MAX_FITMENTS})
        self.fitment_rows = [_fitment(line) for line in lines]
        return text

    def values(self) -> dict[str, Any]:
        """The part's fields as the service takes them."""
        cleaned = self.cleaned_data
        content = cleaned["content"]
        tyre = {name: cleaned[f"tyre_{name}"] for name in TYRE if cleaned[f"tyre_{name}"] not in ("", None, False)}
        if tyre:
            tyre.setdefault("snow", False)
        attributes = {name: value for name, value in self.part.attributes.items() if name != "tyre"}
        plain = (
            "goods_class", "status", "order_multiple", "content_unit", "sale_restriction", "pickup_only",
            "season_from", "season_to", "un_number", "hazard_class", "limited_quantity", "manufacturer", "safety_text",
            "approval_kind", "approval_number", "approval_note", "packing_group", "core_taxed", "features",
        )  # fmt: skip
        return {name: cleaned[name] for name in plain} | {
            "content_milli": int(content * 1000) if content else None,
            "core_deposit_cents": _cents(cleaned["core_deposit"]),
            "battery_deposit_gross_cents": _cents(cleaned["battery_deposit"]),
            "attributes": attributes | ({"tyre": tyre} if tyre else {}),
        }


def _initial(part: PartRecord) -> dict[str, Any]:
    names = (
        "goods_class", "status", "order_multiple", "content_unit", "sale_restriction", "pickup_only",
        "season_from", "season_to", "un_number", "hazard_class", "limited_quantity", "safety_text", "approval_kind",
        "approval_number", "approval_note", "packing_group", "core_taxed",
    )  # fmt: skip
    tyre: Mapping[str, Any] = part.attributes.get("tyre", {})
    links = list(part.successions.select_related("successor"))
    rows = PartFitment.objects.filter(part=part).order_by("model", "year_from", "hsn", "tsn")
    return {name: getattr(part, name) for name in names} | {
        "manufacturer": part.manufacturer_id,
        "features": "\n".join(f"{name}: {value}" for name, value in part.features),
        "content": Decimal(part.content_milli).scaleb(-3).normalize() if part.content_milli else None,
        "core_deposit": _euro(part.core_deposit_cents),
        "battery_deposit": _euro(part.battery_deposit_gross_cents),
        "successors": " + ".join(link.successor.number_display for link in links),
        "succession_kind": links[0].kind if links else PartSuccession.Kind.SAME,
        "fitments": "\n".join(_line(row) for row in rows[:MAX_FITMENTS]),
    } | {f"tyre_{name}": tyre.get(name) for name in TYRE}  # fmt: skip


def _line(row: PartFitment) -> str:
    years = f" ({years_of(row.year_from, row.year_to).replace('–', '-')})" if row.year_from or row.year_to else ""
    return f"{row.hsn}/{row.tsn} {row.model}{years}".strip()


def _fitment(line: str) -> tuple[str, str, str, int, int]:
    keys, _blank, rest = line.partition(" ")
    hsn, _slash, tsn = keys.partition("/")
    try:
        found = read_keys(hsn, tsn)
    except BadKey as error:
        raise ValidationError(_("“%(line)s”: %(error)s"), params={"line": line[:80], "error": error}) from error
    model, years = rest.strip(), ""
    if model.endswith(")") and "(" in model:
        model, _bracket, years = model.removesuffix(")").rpartition("(")
    first, dash, last = years.replace("–", "-").partition("-")
    try:
        begin = int(first) if first.strip() else 0
        end = int(last) if last.strip() else (0 if dash else begin)
    except ValueError:
        model, begin, end = rest.strip(), 0, 0
    return (*found, model.strip()[:80], begin if begin < 3000 else 0, end if end < 3000 else 0)


def _cents(amount: Decimal | None) -> int | None:
    return None if amount is None else int(to_cents(amount) * 100)


def _euro(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents) / 100


class BrandForm(forms.ModelForm):
    class Meta:
        model = Brand
        fields: ClassVar[list[str]] = ["name", "number_rule", "manufacturer", "safety_text"]
        widgets: ClassVar[dict[str, Any]] = {"safety_text": forms.Textarea({"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext("general rule")), *number_rules.choices()]
        self.fields["number_rule"] = forms.ChoiceField(
            label=_("Number rule"), required=False, choices=choices, initial=self.instance.number_rule,
            help_text=_("How spellings of one number are recognised. A change takes effect with the next import."),
        )  # fmt: skip


class ManufacturerForm(forms.ModelForm):
    class Meta:
        model = Manufacturer
        fields: ClassVar[list[str]] = [
            "name", "postal_address", "electronic_address", "is_in_eu", "responsible_name",
            "responsible_postal_address", "responsible_electronic_address",
        ]  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {
            "postal_address": forms.Textarea({"rows": 3}),
            "responsible_postal_address": forms.Textarea({"rows": 3}),
        }


class DocumentForm(forms.Form):
    file = forms.FileField(label=_("PDF file"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=PartDocument.Kind.choices)
    title = forms.CharField(label=_("Title"), required=False, max_length=160)


class DemandForm(forms.Form):
    is_on = forms.BooleanField(label=_("in force"), required=False)
    starts_on = forms.DateField(
        label=_("from"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
