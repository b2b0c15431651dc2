"""One product of a BMEcat file, gathered element by element and told as fields.

Both generations have the same shape: ``ARTICLE`` and ``AID`` of 1.2 became ``PRODUCT`` and ``PID`` in 2005. Texts may
be there in several languages; German comes first, then the one without a language, then any.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from dealer_import.sources.bmecat_names import (
    CONDITIONS,
    DECIDING,
    LIST,
    LOCALIZED,
    MADE,
    MIME_PARTS,
    OE_KEYWORDS,
    OLD,
    PLAIN,
    PRICE_PARTS,
    REFERRED,
    STRIPPED,
    SUPPLIER_NUMBERS,
    TYRE_FEATURES,
    both,
    language_rank,
)
from dealer_import.sources.bmecat_prices import NO_FACTOR, Price, PriceDetails, PriceRules
from dealer_import.sources.wanted import blank_fields
from dealer_import.sources.xml_forms import Cut, Kind, behind_first, behind_start, name_of_file
from dealer_import.sources.xml_text import Action, Chains, Parted, Tag, take_apart
from shopflow.contracts.imports import RecordProblem
from shopflow.parts.numbers import number_key

Take = Callable[[str], None]
MAX_DIGITS = 9
"""Digits of a quantity; more is a damaged attribute."""
_LOCAL = [(name, f"{name}:1", f"{name}:2") for name in LOCALIZED.values()]
"""A text's field in German, without a language, in any other."""


@dataclass(slots=True)
class Feature:
    """A feature while it is read; ``values`` with the rank of their language."""

    rank: int = 9
    name: str = ""
    values: list[tuple[int, str]] = dataclass_field(default_factory=list)
    unit: str = ""


class Product:
    """Tells one product at a time. What a tag means is found out once for each spelling of it."""

    def __init__(self, profile: Mapping[str, Any]) -> None:
        self.default_language = ""
        self._rules = PriceRules(profile)
        tyre = {**TYRE_FEATURES, **profile.get("tyre_features", {})}
        self._tyre = {key: f"feature:{name.casefold()}" for key, name in tyre.items()}
        self._oe = tuple(profile.get("oe_keywords", OE_KEYWORDS))
        self._separator = str(profile.get("pid_separator", ""))
        self._tax = str(profile.get("default_tax", "19"))
        self._joint = str(profile.get("category_separator", ">"))
        self._blank = blank_fields(profile)
        self._read_apart = frozenset([*(name for name in self._blank if name[:8] == "feature:"), *self._tyre.values()])
        self._chains = Chains(self._resolve)
        self._actions: dict[str, Callable[[Tag], Any]] = both(
            {
                "PRODUCT": self._open_product,
                "INTERNATIONAL_PID": self._international,
                "SPECIAL_TREATMENT_CLASS": self._special,
                "KEYWORD": lambda tag: self._keyword,
                "PRODUCT_STATUS": self._status,
                "PRODUCT_PRICE_DETAILS": lambda tag: self._open_details,
                "PRODUCT_PRICE": self._open_price,
                "DATETIME": self._open_date,
                "DATE": lambda tag: self._date,
                "PRODUCT_REFERENCE": self._open_reference,
                "PROD_ID_TO": lambda tag: self._reference_to,
                "FEATURE": lambda tag: self._open_feature,
                "FNAME": self._feature_name,
                "FVALUE": self._feature_value,
                "FUNIT": lambda tag: self._feature_unit,
                "MIME": lambda tag: self._open_mime,
                **{name: self._price_part(part) for name, part in PRICE_PARTS.items()},
                **{name: self._mime_part(index) for index, name in enumerate(MIME_PARTS)},
            }
        )

    def begin(self, text: str | Parted) -> None:
        """Read the product that ``text`` holds."""
        self.fields = self._blank.copy()
        self.mode = self._reference = self._times = self._date_kind = ""
        self._keywords: list[str] = []
        self._features: list[Feature] = []
        self._references: dict[str, list[str]] = {}
        self._details: list[PriceDetails] = []
        self._price: Price | None = None
        self._media: list[list[str]] = []
        take_apart(text, self._chains, self.fields)

    def _resolve(self, tag: Tag) -> Action:
        """What to do with the content of ``tag``: the name of its field, a method, or nothing."""
        name = tag.name
        if tag.closing or name in PLAIN:
            return None if tag.closing else PLAIN[name]
        if name in LOCALIZED:
            return self._localized(LOCALIZED[name], tag)
        if name.upper().startswith("UDX."):
            return name.casefold()
        action = self._actions.get(name)
        return action(tag) if action else None

    # -- leaves --------------------------------------------------------------------------------------------------

    def _open_product(self, tag: Tag) -> Take:
        mode = tag.attributes.get("mode", "")

        def take(text: str) -> None:
            self.mode = mode

        return take

    def _localized(self, name: str, tag: Tag) -> str:
        """Its own name for German; others wait under a name with their rank."""
        rank = self._rank(tag)
        return f"{name}:{rank}" if rank else name

    def _rank(self, tag: Tag) -> int:
        return language_rank(tag.attributes.get("lang"), self.default_language)

    def _international(self, tag: Tag) -> str:
        kind = tag.attributes.get("type", "gtin").lower()
        return "gtin" if kind in ("gtin", "ean", "") else f"international_pid:{kind}"

    def _special(self, tag: Tag) -> Take:
        name = f"special_treatment:{tag.attributes.get('type', '').lower()}"

        def take(text: str) -> None:
            self.fields["special_treatment"] = self.fields.get("special_treatment") or text
            self.fields[name] = text

        return take

    def _keyword(self, text: str) -> None:
        if text and text not in self._keywords:
            self._keywords.append(text)

    def _status(self, tag: Tag) -> Take:
        kind = tag.attributes.get("type", "others").lower()

        def take(text: str) -> None:
            if kind in OLD:
                self.fields["status"] = kind
            elif kind == "others" and text:
                self.fields["status"] = self.fields.get("status") or text
            elif kind in CONDITIONS:
                self.fields["condition"] = kind

        return take

    # -- prices and dates ------------------------------------------------------------------------------------------

    def _open_details(self, text: str) -> None:
        self._details.append(PriceDetails())
        self._price = None

    def _open_price(self, tag: Tag) -> Take:
        kind = tag.attributes.get("price_type", "")

        def take(text: str) -> None:
            if not self._details:
                self._details.append(PriceDetails())
            self._price = Price(kind)
            self._details[-1].prices.append(self._price)

        return take

    def _price_part(self, part: str) -> Callable[[Tag], Take]:
        def take(text: str) -> None:
            if self._price is not None:
                setattr(self._price, part, text.strip())

        return lambda tag: take

    def _open_date(self, tag: Tag) -> Take:
        kind = tag.attributes.get("type", "")

        def take(text: str) -> None:
            self._date_kind = kind

        return take

    def _date(self, text: str) -> None:
        if self._details and self._date_kind == "valid_start_date":
            self._details[-1].start = text.strip()
        elif self._details and self._date_kind == "valid_end_date":
            self._details[-1].end = text.strip()

    # -- references, features, media -------------------------------------------------------------------------------

    def _open_reference(self, tag: Tag) -> Take:
        kind = tag.attributes.get("type", "others").lower()
        quantity = tag.attributes.get("quantity", "").strip().partition(".")[0]
        times = (
            f"*{quantity}"
            if quantity.isdecimal() and len(quantity) <= MAX_DIGITS and int(quantity) > 1 and kind != "followup"
            else ""
        )

        def take(text: str) -> None:
            self._reference, self._times = kind, times

        return take

    def _reference_to(self, text: str) -> None:
        if text.strip():
            self._references.setdefault(self._reference, []).append(text.strip() + self._times)

    def _open_feature(self, text: str) -> None:
        self._features.append(Feature())

    def _feature_name(self, tag: Tag) -> Take:
        rank = self._rank(tag)

        def take(text: str) -> None:
            if self._features and rank < self._features[-1].rank:
                self._features[-1].rank, self._features[-1].name = rank, " ".join(text.split())

        return take

    def _feature_value(self, tag: Tag) -> Take:
        rank = self._rank(tag)

        def take(text: str) -> None:
            if self._features and text.strip():
                self._features[-1].values.append((rank, text.strip()))

        return take

    def _feature_unit(self, text: str) -> None:
        if self._features:
            self._features[-1].unit = text.strip()

    def _open_mime(self, text: str) -> None:
        self._media.append(["", "", ""])

    def _mime_part(self, index: int) -> Callable[[Tag], Take]:
        def resolve(tag: Tag) -> Take:
            rank = self._rank(tag)

            def take(text: str) -> None:
                if self._media and (rank == 0 or not self._media[-1][index]):
                    self._media[-1][index] = text.strip()

            return take

        return resolve

    # -- the whole -------------------------------------------------------------------------------------------------

    def category(self, path: Sequence[str]) -> str:
        """The field that the path of a category gives."""
        return self._joint.join(path)

    def finish(self, *, supplier: str, day: str, currency: str) -> dict[str, str]:
        """The product's fields but for category and dimensions, with what the file's header says."""
        fields = self.fields
        fields.update(self._rules.fields(self._details, day, currency))
        pid = fields.get("supplier_pid", "").strip()
        self._identity(pid, supplier)
        for name, without, other in _LOCAL:
            if not fields.get(name):
                fields[name] = fields.get(without) or fields.get(other) or ""
        fields["title"] = fields["description_short"]
        fields["description"] = fields["description_long"]
        fields["tax"] = fields.get("tax") or self._tax
        fields["pack_qty"] = fields.get("quantity_interval") or fields.get("quantity_min", "")
        if self._references:
            self._tell_references(pid)
        if self._keywords:
            self._tell_keywords()
        if self._features:
            self._tell_features()
        if self._media:
            self._tell_media()
        return fields

    def unusable(self, line: int) -> tuple[RecordProblem, ...]:
        """Why the product has no price although the file has one."""
        return self._rules.unusable(line, self.fields)

    # -- many at once ------------------------------------------------------------------------------------------------

    def kind_of(self, tag: str, tags: frozenset[str]) -> Kind | Cut:
        """What the value of ``tag`` does in a product with ``tags``; see :mod:`dealer_import.sources.xml_forms`."""
        if tag in DECIDING:
            return Kind.DECIDES
        if tag in SUPPLIER_NUMBERS and self._separator and not (tags >= MADE and tags.isdisjoint(REFERRED)):
            return behind_first(self._separator)
        if tag == "KEYWORD":
            return behind_start(self._oe)
        if tag == "MIME_SOURCE":
            return name_of_file
        return Kind.STRIPPED if tag in STRIPPED else Kind.PASSED

    def is_steady(self) -> bool:
        """Whether another product with the same tags, whose values merely differ, would be told alike."""
        fields, pid = self.fields, self.fields["supplier_pid"]
        has_maker = bool(fields.get("manufacturer_pid") and fields.get("manufacturer_name"))
        return (
            len(self._details) <= 1
            and all(price.factor in NO_FACTOR for details in self._details for price in details.prices)
            and (not self._separator or self._separator in pid or has_maker)
            and (not self._references or bool(self._separator and self._separator in pid))
            and not fields.get(self._tyre["fuel"])
        )

    def _identity(self, pid: str, supplier: str) -> None:
        """Number and brand: the manufacturer's, else the supplier's. ``pid_separator`` parts ``BRAND:NUMBER``."""
        brand, number = "", pid
        if self._separator and self._separator in pid:
            brand, number = pid.split(self._separator, 1)
        self.fields["number"] = self.fields.get("manufacturer_pid", "").strip() or number
        self.fields["brand"] = (
            self.fields.get("manufacturer_name", "").strip() or brand or self.fields.get("maker_name", "") or supplier
        )

    def _tell_references(self, pid: str) -> None:
        """References name the supplier's numbers. Where those are the manufacturer's behind a prefix, it is cut off."""
        prefix = self._prefix(pid)
        for kind, numbers in self._references.items():
            texts = [number.removeprefix(prefix) for number in numbers]
            self.fields["successor" if kind == "followup" else f"reference:{kind}"] = LIST.join(texts)

    def _prefix(self, pid: str) -> str:
        if self._separator and self._separator in pid:
            return pid[: pid.index(self._separator) + len(self._separator)]
        key = number_key(self.fields["number"])
        if key and pid.upper().endswith(key) and len(pid) > len(key):
            return pid[: len(pid) - len(key)]
        return ""

    def _tell_keywords(self) -> None:
        self.fields["keywords"] = LIST.join(self._keywords)
        found = []
        for word in self._keywords:
            start = next((start for start in self._oe if word.startswith(start)), None)
            if start is not None:
                found.append(word[len(start) :].strip())
        if found:
            self.fields["oe_numbers"] = LIST.join(found)

    def _tell_features(self) -> None:
        texts = []
        for feature in self._features:
            if feature.name and feature.values:
                best = min(feature.values)[0]
                values = [value for rank, value in feature.values if rank == best]
                name = f"feature:{feature.name.casefold()}"
                self.fields[name] = LIST.join(values)
                if name in self._read_apart:
                    continue
                texts.append(f"{feature.name}={', '.join(values)}{' ' if feature.unit else ''}{feature.unit}")
        self.fields["features"] = LIST.join(texts)
        self._tell_tyre()

    def _tell_media(self) -> None:
        images: list[str] = []
        documents: list[str] = []
        media = self._media if len(self._media) == 1 else sorted(self._media, key=lambda one: one[2] != "normal")
        for kind, source, purpose in media:
            name = source.replace("\\", "/").rpartition("/")[2]
            if name and name not in (".", ".."):
                is_image = kind.startswith("image/") or (not kind and purpose in ("thumbnail", "normal", "detail"))
                (images if is_image else documents).append(name)
        if images:
            self.fields["image"], self.fields["images"] = images[0], LIST.join(images)
        if documents:
            self.fields["document"], self.fields["documents"] = documents[0], LIST.join(documents)

    def _tell_tyre(self) -> None:
        """The tyre label as one text, in the order that the mapping reads."""
        if not self.fields.get(self._tyre["fuel"]):
            return
        values = {key: self.fields.get(name, "") for key, name in self._tyre.items()}
        if values["fuel"] and values["wet"]:
            snow = "3PMSF" if values["snow"].strip().lower() in ("ja", "yes", "true", "1", "3pmsf", "x") else ""
            eprel = f"EPREL {values['eprel']}" if values["eprel"] else ""
            label = (values["fuel"], values["wet"], values["noise_db"], values["noise_class"], snow, eprel)
            self.fields["tyre_label"] = ";".join(label)
