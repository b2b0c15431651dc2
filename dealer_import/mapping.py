"""From a raw record to a canonical part, by a profile. Pure: no database, the same input gives the same part.

Every text is converted once per meaning (see :mod:`dealer_import.converting`). Rows in which all goes well are mapped
by the hundred (see :mod:`dealer_import.mapping_columns`); only a row with a doubt or a refusal is gone through field by
field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from dealer_import.canonical import Part, identity_hash, relations_hash
from dealer_import.combining import ON_REQUEST, Combining, references
from dealer_import.doubts import ODD, Doubt, Refusal
from dealer_import.extras import Extras
from dealer_import.filtering import row_test
from dealer_import.findings import Finding, Severity, printable
from dealer_import.mapping_columns import REFERENCES, STRAIGHT, ColumnMapper, Mapped
from dealer_import.profiles import Profile
from dealer_import.slots import ABSENT, PLACE, slots_of, template_of
from dealer_import.sources.table import Block
from dealer_import.trade_columns import RestTexts, TradeMapper
from shopflow.contracts.imports import RawRecord

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
        self._template = template_of(profile)
        names = list(ABSENT)
        labels = {names[slot.place]: slot.label for slot in reversed(self._slots) if slot.place < len(names)}
        stock_labels = tuple(slot.label for slot in self._slots if slot.place >= len(names))
        self._combining = Combining(profile, labels, stock_labels)
        self._extras = Extras(profile) or None
        self._columns = ColumnMapper(self._slots, self._template, self._combining, self._extras)
        self._trade = TradeMapper(self._slots, self._template, self._combining)
        self._rest = RestTexts(self._slots, self._extras)

    def map_block(self, block: Block) -> Mapped:
        """The rows that are wanted and with which all goes well; the others are to be given to :meth:`map`."""
        mapped = self._columns.map(block)
        if self._wanted is None:
            return mapped
        wanted = self._wanted
        return mapped.only([n for n, place in enumerate(mapped.places) if wanted(block.record(place).fields)])

    def rest_hashes(self, block: Block, key: int) -> Sequence[int | None]:
        """What the rows say beside price and stock, each as one number; None where that does not decide about a row."""
        return self._rest.hashes(block, key) if self._wanted is None else [None] * len(block)

    def map_trade(self, block: Block) -> Mapped:
        """Price and stock alone of the rows with which all goes well."""
        return self._trade.map(block)

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
            values = self._carefully(fields, record.line)
        except Rejected as refusal:
            for known in record.unusable:
                if known.code == refusal.code:
                    raise Rejected(known.code, refusal.column, known.raw, known.hint) from None
            raise
        if record.warnings:
            self._take_over(record, values)
        part = self._part(record.line, values)
        return part if self._extras is None else self._extras.fill(part, fields, self._warn)

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
            value = slot.memo[text]
            if value is not ODD:
                values[slot.place] = value
                continue
            try:
                values[slot.place] = slot.convert(text)
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

    # -- the values together -----------------------------------------------------------------------------------------

    def _part(self, line: int, values: list[Any]) -> Part:
        told, together = dict(zip(ABSENT, values, strict=False)), self._combining
        code, name = told["brand"]
        key = self._key(told["number"], name)
        prices = [told[field] for field in ("list_price", "offer_price", "cost", "core_deposit")]
        if told["price_kind"] == ON_REQUEST:
            prices[:2] = 0, None
        if together.does_amounts:
            prices = list(together.amounts(*prices, told["tax"], told["discount_group"]))
        price, offer, cost, core = prices
        stock, fitments, texts = values[len(ABSENT) :], told["fitment"], told["successor"]
        held = self._told(line, "stock", together.stock, (told["unit"], *stock)) if stock else ()
        reserved = self._told(line, "reserved", together.reserved, (told["unit"], told["reserved"]))
        succession = told["succession_kind"], name, key
        successors, kind = ((), "")
        if texts:
            raw = told["number"]
            successors, kind = self._told(line, "successor", together.succession, texts, *succession, raw=raw)
        others = references(key, *(told[field] for field in REFERENCES))
        vehicles = self._told(line, "fitment", together.fitments, fitments, told["models"]) if fitments else ()
        return Part(
            line=line,
            identity=identity_hash(code, key),
            brand_code=code,
            brand_name=name,
            number_display=told["number"],
            number_key=key,
            list_price_cents=price,
            cost_cents=cost,
            core_deposit_cents=core or None,
            battery_deposit_cents=told["battery_deposit"] or None,
            stock=held,
            reserved_milli=reserved,
            offer_price_cents=offer or None,
            offer_from=told["offer_from"] if offer else None,
            offer_until=told["offer_until"] if offer else None,
            successors=successors,
            succession_kind=kind,
            references=others,
            fitments=vehicles,
            relations=relations_hash(others, vehicles),
            attributes={"tyre": told["tyre_label"]} if told["tyre_label"] else {},
            **{field: told[name] for name, field in STRAIGHT.items()},
        )

    def _told(self, line: int, field: str, combine: Callable[..., Any], *values: Any, raw: str = "") -> Any:
        """What ``values`` are together; a doubt about them is told."""
        try:
            return combine(*values)
        except Doubt as doubt:
            for code, hint in doubt.reasons:
                self._warn(line, code, doubt.column or self._combining.label(field), doubt.raw or raw, hint)
            return doubt.value

    def _key(self, number: str, brand_name: str) -> str:
        try:
            return self._combining.key(number, brand_name)
        except Refusal as refusal:
            raise Rejected(refusal.code, self._combining.label("number"), printable(number), refusal.hint) from None
