"""From a raw record to a canonical part, by a profile. Pure: no database, the same input gives the same part."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from dealer_import.canonical import Fitment, Part, Reference, Stock
from dealer_import.findings import Finding, Severity, printable
from dealer_import.profiles import Column, Profile
from dealer_import.texts import german_slug, plain_text, safe_html
from dealer_import.values import (
    has_markup,
    is_exponent,
    is_formula,
    is_gtin,
    is_mojibake,
    looks_converted,
    parse_date,
    parse_dimensions,
    parse_fitment,
    parse_model,
    parse_tyre_label,
    parse_un_number,
)
from shopflow.contracts.imports import RawRecord
from shopflow.parts.numbers import MAX_LENGTH, brand_key

MAX_CENTS = 2_000_000_000
"""20 million euro; what the tables hold."""
COUNTED = frozenset(["C62", "SET", "PR", "PK", "RO"])
"""Units of which there is no half."""
TAX_CODES = {1900: "standard", 700: "reduced"}
"""German rates in hundredths of a percent."""


class Rejected(Exception):
    """The row is refused for the reason ``code``."""

    def __init__(self, code: str, column: str, raw: str, hint: str) -> None:
        super().__init__(hint)
        self.code, self.column, self.raw, self.hint = code, column, raw, hint


class Mapper:
    """Maps the records of one file. ``warnings`` are those of the record mapped last."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.numbers = profile.numbers
        self.warnings: list[Finding] = []
        self._columns = profile.columns
        self._line = 0
        self._fields: Mapping[str, str] = {}
        self._brands: dict[str, tuple[str, str]] = {}

    def map(self, record: RawRecord) -> Part:
        """The part that ``record`` describes; raises :class:`Rejected` for a row that must not reach the shop."""
        self.warnings, self._line, self._fields = [], record.line, record.fields
        brand_code, brand_name = self._brand()
        display, key = self._number(brand_name)
        unit = self._unit()
        part = Part(
            line=record.line,
            brand_code=brand_code,
            brand_name=brand_name,
            number_display=display,
            number_key=key,
            title=self._title(),
            list_price_cents=self._price(),
            description=self._description(),
            category=self._category(),
            unit=unit,
            tax_code=self._tax(),
            pack_qty=self._whole("pack_qty", 1, minimum=1, maximum=1_000_000) or 1,
            price_per=self._price_per(),
            cost_cents=self._cents("cost", "cost"),
            core_deposit_cents=self._cents("core_deposit", "deposit"),
            battery_deposit_cents=self._cents("battery_deposit", "deposit"),
            discount_group=self._text("discount_group")[:16],
            status=self._word("status", "active"),
        )
        self._stock(part)
        self._logistics(part)
        self._numbers(part)
        return part

    # -- texts ---------------------------------------------------------------------------------------------------

    def _text(self, name: str) -> str:
        column = self._columns.get(name)
        if column is None:
            return ""
        if not column.sources:
            return column.const
        text = self._fields.get(column.sources[0], "")
        return text.strip() if text.isascii() else text.replace("\u00a0", " ").strip()

    def _label(self, name: str) -> str:
        column: Column | None = self._columns.get(name)
        return column.labels[0] if column and column.labels else name

    def _warn(self, code: str, name: str, raw: str, hint: str) -> None:
        if not any(finding.code == code for finding in self.warnings):
            self.warnings.append(Finding(code, Severity.WARNING, self._line, self._label(name), printable(raw), hint))

    def _refuse(self, code: str, name: str, raw: str, hint: str) -> Rejected:
        return Rejected(code, self._label(name), printable(raw), hint)

    def _brand(self) -> tuple[str, str]:
        name = self._text("brand")
        known = self._brands.get(name)
        if known is not None:
            return known
        if not name:
            raise self._refuse("brand_missing", "brand", "", _("The row names no brand. Add it in the system."))
        clean = " ".join(name.split())[:120]
        code = self.profile.brands.get(clean.casefold()) or german_slug(clean, "marke").upper()[:32]
        self._brands[name] = (code, clean)
        return code, clean

    def _number(self, brand_name: str) -> tuple[str, str]:
        display = self._text("number")
        if not display:
            raise self._refuse("number_missing", "number", "", _("The row has no part number. Add it in the system."))
        if is_exponent(display):
            hint = _("A spreadsheet has destroyed this number. Export the file without opening it in a spreadsheet.")
            raise self._refuse("number_exponent", "number", display, hint)
        if len(display) > MAX_LENGTH:
            hint = _("The number is longer than %(max)s characters. Correct it in the system.") % {"max": MAX_LENGTH}
            raise self._refuse("number_too_long", "number", display, hint)
        key = brand_key(display, self.profile.number_rules.get(brand_name, ""))
        if not key or len(key) > MAX_LENGTH:
            raise self._refuse("number_missing", "number", display, _("The number holds no letter and no digit."))
        if looks_converted(display):
            self._warn("number_suspicious", "number", display, _("A spreadsheet may have changed it. Check it."))
        return display, key

    def _title(self) -> str:
        text = self._checked_text("title")
        if has_markup(text):
            text = plain_text(text)
        text = " ".join(text.split())[:255]
        if not text:
            raise self._refuse("title_missing", "title", "", _("The row has no name. Add it in the system."))
        return text

    def _description(self) -> str:
        text = self._checked_text("description")
        return safe_html(text, has_markup=has_markup(text)) if text else ""

    def _checked_text(self, name: str) -> str:
        text = self._text(name)
        if has_markup(text):
            self._warn("html", name, text, _("The text holds HTML; only harmless formatting was kept."))
        if is_formula(text):
            self._warn("formula", name, text, _("A spreadsheet would run this text as a formula. Check it."))
        if is_mojibake(text):
            self._warn("mojibake", name, text, _("The umlauts are damaged. Correct the text in the system."))
        return text

    def _category(self) -> tuple[str, ...]:
        text = self._text("category")
        if not text:
            return ()
        names = (" ".join(name.split())[:255] for name in text.split(self.profile.category_separator))
        return tuple(name for name in names if name)[:6]

    def _word(self, name: str, default: str) -> str:
        column = self._columns.get(name)
        return column.map.get(self._text(name).upper(), default) if column else default

    # -- money and units -----------------------------------------------------------------------------------------

    def _unit(self) -> str:
        column = self._columns.get("unit")
        if column is None:
            return "C62"
        text = self._text("unit")
        found = column.map.get(text.upper())
        if found is None:
            raise self._refuse("unit", "unit", text, _("The profile does not know this unit. Add it to its map."))
        return found

    def _tax(self) -> str:
        text = self._text("tax")
        if "tax" not in self._columns:
            return "standard"
        try:
            rate, _lost = self.numbers.scaled(text.removesuffix("%").strip(), 2)
            return TAX_CODES[rate]
        except (ValueError, KeyError):
            hint = _("This is no German VAT rate. Correct it in the system.")
            raise self._refuse("tax", "tax", text, hint) from None

    def _price(self) -> int:
        text = self._text("list_price")
        try:
            cents = self._scaled_money("list_price", text)
        except ValueError:
            cents = 0
        if not 0 < cents <= MAX_CENTS:
            hint = _("The price must be a number above zero, such as 1.234,50. Correct it in the system.")
            raise self._refuse("price", "list_price", text, hint)
        return cents

    def _scaled_money(self, name: str, text: str) -> int:
        if self._columns[name].type == "cents":
            return self.numbers.whole(text)
        cents, lost = self.numbers.scaled(text, 2)
        if lost:
            self._warn("price_rounded", name, text, _("The price has more than two decimals and was rounded."))
        return cents

    def _cents(self, name: str, code: str) -> int | None:
        text = self._text(name)
        if not text:
            return None
        try:
            cents = self._scaled_money(name, text)
        except ValueError:
            cents = -1
        if not 0 <= cents <= MAX_CENTS:
            hint = _("This must be an amount such as 12,50, or empty. Correct it in the system.")
            raise self._refuse(code, name, text, hint)
        return cents

    def _price_per(self) -> int:
        value = self._whole("price_per", 1, minimum=0, maximum=1000)
        if value not in (1, 10, 100, 1000):
            hint = _("A price is for 1, 10, 100 or 1000 units. Correct it in the system.")
            raise self._refuse("price_per", "price_per", self._text("price_per"), hint)
        return value

    def _whole(self, name: str, default: int | None, *, minimum: int, maximum: int) -> int | None:
        text = self._text(name)
        if not text:
            return default
        try:
            value = self.numbers.whole(text)
        except ValueError:
            value = minimum - 1
        if not minimum <= value <= maximum:
            hint = _("This must be a whole number from %(minimum)s. Correct it in the system.")
            raise self._refuse(name, name, text, hint % {"minimum": minimum})
        return value

    # -- stock ---------------------------------------------------------------------------------------------------

    def _stock(self, part: Part) -> None:
        column = self._columns.get("stock")
        if column is not None:
            named = zip(column.sources, column.labels, strict=True)
            part.stock = tuple(
                Stock(label, self._quantity("stock", source, label, part.unit)) for source, label in named
            )
        if self._text("reserved"):
            part.reserved_milli = self._quantity(
                "reserved", self._columns["reserved"].sources[0], self._label("reserved"), part.unit
            )
        part.lead_days = self._whole("lead_days", None, minimum=0, maximum=9999)

    def _quantity(self, name: str, source: str, label: str, unit: str) -> int:
        raw = self._fields.get(source, "")
        text = raw.replace("\u00a0", " ").strip()
        if not text:
            return 0
        mapped = self._columns[name].map.get(text.upper())
        try:
            milli, _lost = self.numbers.scaled(mapped if mapped is not None else text, 3)
        except ValueError:
            hint = _("The stock must be a number. Correct it in the system, or map the word in the profile.")
            raise Rejected("stock", label, printable(text), hint) from None
        if milli < 0:
            self._warn("stock_negative", name, text, _("The stock is below zero; it counts as zero."))
            return 0
        if milli % 1000 and unit in COUNTED:
            self._warn("stock_fraction", name, text, _("There is no part of a piece; the stock was rounded down."))
            return milli - milli % 1000
        return milli

    # -- logistics and texts about the goods -----------------------------------------------------------------------

    def _logistics(self, part: Part) -> None:
        part.gtin = self._gtin()
        text = self._text("valid_from")
        if text:
            try:
                part.valid_from = parse_date(text, self._columns["valid_from"].formats)
            except ValueError:
                self._warn("date", "valid_from", text, _("There is no such day; the date was left out."))
        text = self._text("weight")
        if text:
            part.weight_g = self._weight(text)
        part.dimensions_mm = parse_dimensions(self._text("dimensions"))
        part.un_number = parse_un_number(self._text("un_number"))
        part.customs_no = self._text("customs_no")[:14]
        origin = self._text("origin").upper()
        part.origin = origin if len(origin) == 2 and origin.isalpha() and origin.isascii() else ""
        part.image = self._file_name("image")
        part.document = self._file_name("document")
        label = self._text("tyre_label")
        if label:
            tyre = parse_tyre_label(label)
            part.attributes = {"tyre": tyre} if tyre else {}

    def _gtin(self) -> str:
        text = self._text("gtin")
        if text and not is_gtin(text):
            self._warn("ean", "gtin", text, _("The check digit is wrong; the part was taken without this EAN."))
            return ""
        return text

    def _weight(self, text: str) -> int | None:
        try:
            grams, _lost = self.numbers.scaled(text, 3)
        except ValueError:
            return None
        return grams if 0 < grams <= MAX_CENTS else None

    def _file_name(self, name: str) -> str:
        text = self._text(name).replace("\\", "/").rsplit("/", 1)[-1]
        return "" if text in (".", "..") else text[:128]

    # -- other numbers -------------------------------------------------------------------------------------------

    def _numbers(self, part: Part) -> None:
        rule = self.profile.number_rules.get(part.brand_name, "")
        targets = [brand_key(text, rule) for text in self._list("successor", "+")]
        part.successors = tuple(dict.fromkeys(key[:MAX_LENGTH] for key in targets if key))
        if part.successors:
            default = "kit" if len(part.successors) > 1 else "same"
            part.succession_kind = self._word("succession_kind", default) if self._text("succession_kind") else default
        if part.number_key in part.successors:
            self._warn("succession_self", "successor", part.number_display, _("A part cannot replace itself."))
            part.successors, part.succession_kind = (), ""
        oe: dict[str, Reference] = {}
        for text in self._list("oe_numbers", ","):
            key = brand_key(text)
            if key and len(key) <= MAX_LENGTH and len(text) <= MAX_LENGTH:
                oe.setdefault(key, Reference("oe", "", key, text))
        part.references = tuple(oe.values())
        part.fitments = self._fitments()

    def _list(self, name: str, separator: str) -> list[str]:
        text = self._text(name)
        if not text:
            return []
        split = self._columns[name].split or separator
        return [item.strip() for item in text.split(split) if item.strip()]

    def _fitments(self) -> tuple[Fitment, ...]:
        keys = self._list("fitment", ",")
        models = self._list("models", "|")
        if len(models) != len(keys):
            models = [""] * len(keys)
        found: dict[Fitment, None] = {}
        bad = []
        for text, model in zip(keys, models, strict=True):
            parsed = parse_fitment(text)
            if parsed is None:
                bad.append(text)
                continue
            found.setdefault(Fitment(*parsed, *parse_model(model)))
        if bad:
            hint = _("A type key is four digits, a slash and three letters or digits; others were left out.")
            self._warn("fitment", "fitment", ", ".join(bad), hint)
        return tuple(found)
