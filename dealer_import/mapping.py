"""From a raw record to a canonical part, by a profile. Pure: no database, the same input gives the same part.

Every text is converted once per meaning (see :mod:`dealer_import.converting`); a row in which all goes well costs
little more than looking its texts up. Only a row with a doubt or a refusal is gone through field by field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from dealer_import.canonical import Fitment, Part, Reference, Stock
from dealer_import.doubts import Doubt, Memo, Refusal
from dealer_import.extras import Extras
from dealer_import.filtering import row_test
from dealer_import.findings import Finding, Severity, printable
from dealer_import.profiles import Profile
from dealer_import.sentences import say as _
from dealer_import.slots import ABSENT, KEPT, PLACE, getter_of, slots_of, template_of, tolerant_getter_of
from dealer_import.values import parse_fitment, parse_model
from shopflow.contracts.imports import RawRecord
from shopflow.parts.numbers import MAX_LENGTH, brand_key

COUNTED = frozenset(["C62", "SET", "PR", "PK", "RO", "CT", "CA", "BO", "BG", "PL", "TU", "DR", "BX", "KT"])
"""Units of which there is no half."""
VAT_HUNDREDTHS = {"standard": 1900, "reduced": 700}
ON_REQUEST = "on_request"
FROM_NUMBER_CELL = "number_from_number_cell"


class Rejected(Exception):
    """The row is refused for the reason ``code``."""

    def __init__(self, code: str, column: str, raw: str, hint: str) -> None:
        super().__init__(hint)
        self.code, self.column, self.raw, self.hint = code, column, raw, hint


class NotWanted(Exception):
    """The profile's ``rows`` leave this row out."""


class Mapper:
    """Maps the records of one file. ``warnings`` are those of the record mapped last.

    ``restore`` may give the known spelling of a number whose leading zeros a spreadsheet has dropped, from brand code
    and remaining key, or None. ``today`` decides about rows that the profile takes by age.
    """

    def __init__(
        self,
        profile: Profile,
        *,
        restore: Callable[[str, str], str | None] = lambda brand_code, key: None,
        today: date | None = None,
    ) -> None:
        self.profile = profile
        self.warnings: Sequence[Finding] = ()
        self._restore = restore
        self._wanted = row_test(profile, today)
        self._slots = list(slots_of(profile))
        plain = [slot for slot in self._slots if len(slot.sources) == 1]
        alike = [slot for slot in plain if slot.memo.limit]
        self._several = [slot for slot in self._slots if len(slot.sources) > 1]
        self._unlike = [(slot.place, slot.memo.convert, slot.sources[0]) for slot in plain if not slot.memo.limit]
        self._memos = [slot.memo for slot in alike]
        self._places = [slot.place for slot in alike]
        self._sources = [slot.sources[0] for slot in alike]
        self._texts = getter_of(self._sources)
        self._template = template_of(profile)
        self._labels = {slot.place: slot.label for slot in reversed(self._slots)}
        self._stock_labels = tuple(slot.label for slot in self._slots if slot.place >= len(ABSENT))
        self._rules = profile.number_rules
        self._models = Memo(parse_model, KEPT)
        self._vehicles = Memo(parse_fitment, KEPT)
        self._stocks: dict[tuple[Any, ...], tuple[Stock, ...]] = {}
        self._extras = Extras(profile) or None
        self._combined = any(column.gross for column in profile.columns.values()) or bool(profile.rebates)

    def map(self, record: RawRecord) -> Part:
        """The part that ``record`` describes.

        Raises :class:`Rejected` for a row that must not reach the shop and :class:`NotWanted` for one that the profile
        leaves out.
        """
        fields = record.fields
        if self._wanted is not None and not self._wanted(fields):
            raise NotWanted
        self.warnings = ()
        try:
            texts = self._texts(fields)
        except KeyError:
            self._texts = tolerant_getter_of(self._sources)
            texts = self._texts(fields)
        try:
            values = self._template.copy()
            for place, memo, text in zip(self._places, self._memos, texts):  # noqa: B905 - one length, and hot
                values[place] = memo[text]
            for place, convert, source in self._unlike:
                values[place] = convert(fields.get(source, ""))
            for slot in self._several:
                values[slot.place] = slot.memo[slot.text(fields)]
        except (Doubt, Refusal):
            values = self._carefully(fields, record.line)
        if record.warnings:
            self._take_over(record, values)
        part = self._part(record.line, values)
        if self._extras is not None:
            self._extras.fill(part, fields, self._warn)
        return part

    def identity_of(self, record: RawRecord) -> tuple[str, str]:
        """Brand code and number key of a record, such as one that takes a part out of the range.

        Raises :class:`Rejected` for a record without a number, and :class:`NotWanted` for one that takes out a part
        without saying whose: it concerns no part of the shop.
        """
        self.warnings = ()
        try:
            values = self._carefully(record.fields, record.line, only={PLACE["number"], PLACE["brand"]})
        except Rejected as refusal:
            if refusal.code == "brand_missing" and record.gone:
                raise NotWanted from None
            raise
        code, name = values[PLACE["brand"]]
        self._take_over(record, values)
        return code, self._key(values[PLACE["number"]], name)

    # -- one field after the other ---------------------------------------------------------------------------------

    def _carefully(self, fields: Mapping[str, str], line: int, only: Iterable[int] = ()) -> list[Any]:
        values = self._template.copy()
        for slot in self._slots:
            if only and slot.place not in only:
                continue
            text = slot.text(fields)
            try:
                values[slot.place] = slot.memo[text]
            except Doubt as doubt:
                values[slot.place] = doubt.value
                for code, hint in doubt.reasons:
                    self._warn(line, code, slot.label, text.strip(), hint)
            except Refusal as refusal:
                if refusal.code == "price" and self._is_on_request(fields):
                    values[slot.place] = 0
                    continue
                if not (refusal.optional and self.profile.on_error == "skip_field"):
                    raise Rejected(refusal.code, slot.label, printable(text.strip()), refusal.hint) from None
                values[slot.place] = refusal.instead
                self._warn(line, refusal.code, slot.label, text.strip(), refusal.hint)
        return values

    def _is_on_request(self, fields: Mapping[str, str]) -> bool:
        """Whether the record says that its price is told on request only."""
        place = PLACE["price_kind"]
        slot = next((slot for slot in self._slots if slot.place == place), None)
        return slot is not None and bool(slot.memo[slot.text(fields)] == ON_REQUEST)

    def _warn(self, line: int, code: str, label: str, raw: str, hint: str) -> None:
        if not any(finding.code == code for finding in self.warnings):
            finding = Finding(code, Severity.WARNING, line, label, printable(raw), hint)
            self.warnings = (*self.warnings, finding)

    def _take_over(self, record: RawRecord, values: list[Any]) -> None:
        """The reader's own warnings; a number that lost its zeros is given back as the shop knows it."""
        for warning in record.warnings:
            if warning.code == FROM_NUMBER_CELL:
                code, name = values[PLACE["brand"]]
                known = self._restore(code, self._key(values[PLACE["number"]], name))
                if known is not None:
                    values[PLACE["number"]] = known
                    continue
            self._warn(record.line, warning.code, warning.column, warning.raw, warning.hint)

    def _label(self, name: str) -> str:
        return self._labels.get(PLACE[name], name)

    # -- the values together -----------------------------------------------------------------------------------------

    def _part(self, line: int, values: list[Any]) -> Part:
        # fmt: off
        (
            number, (brand_code, brand_name), title, price, description, category, unit, tax, pack, per, kind, cost,
            offer, offer_from, offer_until, core, battery, group, status, reserved, lead, gtin, valid, weight,
            dimensions, un, customs, origin, image, document, tyre, successors, succession, oe, supplier, trade, former,
            fitment, models, *stock,
        ) = values
        # fmt: on
        key = self._key(number, brand_name)
        if kind == ON_REQUEST:
            price, offer = 0, None
        if self._combined:
            price, offer, cost, core = self._amounts(price, offer, cost, core, tax, group)
        part = Part(
            line=line,
            brand_code=brand_code,
            brand_name=brand_name,
            number_display=number,
            number_key=key,
            title=title,
            list_price_cents=price,
            description=description,
            category=category,
            gtin=gtin,
            unit=unit,
            pack_qty=pack,
            price_per=per,
            cost_cents=cost,
            discount_group=group,
            tax_code=tax,
            core_deposit_cents=core or None,
            battery_deposit_cents=battery or None,
            stock=self._stock(line, stock, unit),
            reserved_milli=self._counted(line, reserved, unit, self._label("reserved")) if reserved else 0,
            lead_days=lead,
            valid_from=valid,
            status=status,
            un_number=un,
            weight_g=weight,
            dimensions_mm=dimensions,
            customs_no=customs,
            origin=origin,
            image=image,
            document=document,
        )
        if tyre:
            part.attributes = {"tyre": tyre}
        if offer:
            part.offer_price_cents, part.offer_from, part.offer_until = offer, offer_from, offer_until
        if successors:
            self._succession(part, successors, succession)
        if oe or supplier or trade or former:
            part.references = _references(key, oe, supplier, trade, former)
        if fitment:
            part.fitments = self._fitments(line, fitment, models)
        return part

    def _key(self, number: str, brand_name: str) -> str:
        key = brand_key(number, self._rules.get(brand_name, ""))
        if not key or len(key) > MAX_LENGTH:
            hint = _("The number holds no letter and no digit.")
            raise Rejected("number_missing", self._label("number"), printable(number), hint)
        return key

    def _amounts(
        self, price: int, offer: int | None, cost: int | None, core: int | None, tax: str, group: str
    ) -> tuple[Any, Any, Any, Any]:
        """Amounts without VAT, and the cost that follows from the discount group where none is delivered."""
        columns, vat = self.profile.columns, VAT_HUNDREDTHS[tax]
        given = {"list_price": price, "offer_price": offer, "cost": cost, "core_deposit": core}
        net = {
            name: _without_vat(amount, vat) if amount and name in columns and columns[name].gross else amount
            for name, amount in given.items()
        }
        rebate, price = self.profile.rebates.get(group), net["list_price"]
        if net["cost"] is None and rebate is not None and price:
            net["cost"] = (2 * price * (10_000 - rebate) + 10_000) // 20_000
        return net["list_price"], net["offer_price"], net["cost"], net["core_deposit"]

    def _stock(self, line: int, amounts: list[int], unit: str) -> tuple[Stock, ...]:
        held = (unit, *amounts)
        known = self._stocks.get(held)
        if known is not None:
            return known
        counted = [
            self._counted(line, milli, unit, label) for label, milli in zip(self._stock_labels, amounts, strict=True)
        ]
        stock = tuple(map(Stock, self._stock_labels, counted))
        if counted == amounts and len(self._stocks) < KEPT:
            self._stocks[held] = stock
        return stock

    def _counted(self, line: int, milli: int, unit: str, label: str) -> int:
        if milli % 1000 and unit in COUNTED:
            hint = _("There is no part of a piece; the stock was rounded down.")
            self._warn(line, "stock_fraction", label, f"{milli // 1000}.{milli % 1000:03d}", hint)
            return milli - milli % 1000
        return milli

    def _succession(self, part: Part, texts: tuple[str, ...], kind: str) -> None:
        rule = self._rules.get(part.brand_name, "")
        keys = [brand_key(text, rule) for text in texts]
        successors = tuple(dict.fromkeys(key[:MAX_LENGTH] for key in keys if key))
        if part.number_key in successors:
            hint = _("A part cannot replace itself.")
            self._warn(part.line, "succession_self", self._label("successor"), part.number_display, hint)
        elif successors:
            part.successors = successors
            part.succession_kind = kind or ("kit" if len(successors) > 1 else "same")

    def _fitments(self, line: int, texts: tuple[str, ...], models: tuple[str, ...]) -> tuple[Fitment, ...]:
        if len(models) != len(texts):
            models = ("",) * len(texts)
        vehicles, known, new = self._vehicles, self._models, tuple.__new__
        try:
            found = [new(Fitment, vehicles[text] + known[model]) for text, model in zip(texts, models, strict=True)]
        except TypeError:
            found = self._sound_fitments(line, texts, models)
        return tuple(found) if len(found) == 1 else tuple(dict.fromkeys(found))

    def _sound_fitments(self, line: int, texts: tuple[str, ...], models: tuple[str, ...]) -> list[Fitment]:
        pairs = [(self._vehicles[text], self._models[model]) for text, model in zip(texts, models, strict=True)]
        bad = ", ".join(text for text in texts if self._vehicles[text] is None)
        hint = _("A type key is four digits, a slash and three letters or digits; others were left out.")
        self._warn(line, "fitment", self._label("fitment"), bad, hint)
        return [Fitment(*vehicle, *model) for vehicle, model in pairs if vehicle is not None]


def _references(own: str, *lists: tuple[str, ...]) -> tuple[Reference, ...]:
    """The part's other numbers, each once per kind; its ``own`` is none."""
    found: dict[tuple[str, str], Reference] = {}
    for kind, texts in zip(("oe", "supplier", "trade", "former"), lists, strict=True):
        for text in texts:
            key = brand_key(text)
            if key and (key != own or kind == "oe") and len(key) <= MAX_LENGTH and len(text) <= MAX_LENGTH:
                found.setdefault((kind, key), Reference(kind, "", key, text))
    return tuple(found.values())


def _without_vat(cents: int, vat: int) -> int:
    """Net cents of a gross amount, rounded half up; ``vat`` in hundredths of a percent."""
    whole = 10_000 + vat
    return max(1, (2 * cents * 10_000 + whole) // (2 * whole))
