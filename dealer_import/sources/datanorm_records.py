"""From an article record and what was put aside for it to one raw record with names that a profile can use."""

from __future__ import annotations

from dataclasses import dataclass

from dealer_import.findings import printable
from dealer_import.sentences import say as _
from dealer_import.sources.datanorm_lines import Record
from dealer_import.sources.datanorm_prices import KINDS, PRICE_UNITS, Price, cost_of
from dealer_import.sources.datanorm_spool import Spool, new_number
from shopflow.contracts.imports import RawRecord, RecordProblem

SEPARATOR = "\x1f"
"""Between several values of one field: no text of the format may hold it."""


@dataclass(frozen=True)
class Article:
    """An article before its texts, prices and groups are put together."""

    record: Record
    version: int
    mark: str
    number: str
    short_texts: tuple[str, str]
    unit: str
    price: Price
    group: str
    main_group: str
    sub_group: str
    text_key: str
    gtin: str = ""

    def raw_record(self, spool: Spool, *, separator: str, net_as_list: bool) -> RawRecord:
        """The article as a raw record; one with the mark L or X takes its number out of the range."""
        spool.next_article(self.number)
        if self.mark in ("L", "X"):
            return self._gone()
        extra = [*spool.second_record(self.number), *[""] * 16]
        price = spool.price(self.number) or self.price
        if not price.per:
            price = price._replace(per=self.price.per)
        kind = KINDS.get(price.kind, "")
        as_list = kind == "list" or (kind == "net" and net_as_list)
        long_text = self._long_text(spool)
        fields = {
            "number": self.number,
            "short_text_1": self.short_texts[0],
            "short_text_2": self.short_texts[1],
            "long_text": "\n".join(long_text).strip(),
            "category": self._category(spool, extra[11], separator),
            "main_group": self.main_group,
            "sub_group": self.sub_group or extra[11],
            "list_price": price.cents if as_list else "",
            "net_price": price.cents if kind == "net" else "",
            "cost": self._cost(price, kind, spool),
            "price_kind": "list" if as_list else kind or price.kind,
            "price_per": price.per,
            "unit": self.unit,
            "discount_group": self.group,
            "matchcode": extra[3],
            "alternative_number": extra[4],
            "gtin": self.gtin or extra[9],
            "pack_qty": extra[13],
            "former_number": SEPARATOR.join(spool.former_numbers(self.number)),
        }
        warnings: tuple[RecordProblem, ...] = ()
        if self.text_key and not long_text:
            hint = _("The text that the article refers to is not in the delivery. The part was taken without it.")
            warnings = (RecordProblem(self.record.line, "text_missing", printable(self.text_key), hint, "long_text"),)
        unusable: tuple[RecordProblem, ...] = ()
        if not kind:
            hint = _("The price mark is unknown. Known are 1 (list price), 2 (net price) and 9 (on request).")
            unusable = (RecordProblem(self.record.line, "price", printable(price.kind), hint, "price_kind"),)
        raw = SEPARATOR.join([self.mark, *fields.values()])
        return RawRecord(self.record.line, fields, raw, False, warnings, unusable)

    def _gone(self) -> RawRecord:
        fields = {"number": self.number, "short_text_1": self.short_texts[0], "short_text_2": self.short_texts[1]}
        warnings: tuple[RecordProblem, ...] = ()
        if self.mark == "X":
            hint = _("The number has changed to %(new)s; the part is kept under its new number only.")
            told = {"new": printable(new_number(self.record, self.version), 40) or "?"}
            warnings = (RecordProblem(self.record.line, "renumber", printable(self.number), hint % told, "number"),)
        return RawRecord(self.record.line, fields, self.record.text, True, warnings)

    def _long_text(self, spool: Spool) -> list[str]:
        return spool.dimension_lines(self.number) or spool.text_lines(self.text_key)

    def _category(self, spool: Spool, other_group: str, separator: str) -> str:
        sub = self.sub_group or other_group
        names = [spool.group_name(self.main_group, "") if self.main_group else ""]
        if sub:
            names.append(spool.group_name(self.main_group, sub))
        return f" {separator} ".join(name for name in names if name)

    def _cost(self, price: Price, kind: str, spool: Spool) -> str:
        """Cents that the dealer pays as a text; empty when the delivery does not tell."""
        if not kind or not (price.cents.isascii() and price.cents.isdigit()) or len(price.cents) > 12:
            return ""
        if kind == "net":
            return price.cents
        steps = []
        for step, value in price.steps or (("0", self.group),):
            known = spool.rebate(value or self.group) if step == "0" else (step, value)
            if known is None:
                return ""
            steps.append(known)
        cost = cost_of(int(price.cents), steps)
        return "" if cost is None else str(cost)


def article_of(record: Record, version: int) -> Article:
    """The article that an ``A`` record describes."""
    if version == 5:
        cells = [*record.cells, *[""] * 24]
        price = Price(cells[2], cells[6], cells[7] or "1", cells[8])
        return Article(
            record, 5, cells[1], cells[2], (cells[3], cells[4]), cells[5], price, cells[9], cells[10], cells[11],
            cells[23], cells[18],
        )  # fmt: skip
    cells = [*record.cells, *[""] * 14]
    price = Price(cells[2], cells[6], PRICE_UNITS.get(cells[7], cells[7]), cells[9])
    return Article(
        record, 4, cells[1], cells[2], (cells[4], cells[5]), cells[8], price, cells[10], cells[11], "", cells[12],
    )  # fmt: skip


def priced_article(record: Record, version: int, price: Price) -> Article:
    """An article of which only the price is delivered."""
    return Article(record, version, "A", price.number, ("", ""), "", price, "", "", "", "")
