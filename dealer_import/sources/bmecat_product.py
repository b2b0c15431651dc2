"""One product of a BMEcat file, gathered element by element and told as fields.

Both generations have the same shape: ``ARTICLE`` and ``AID`` of 1.2 became ``PRODUCT`` and ``PID`` in 2005. Texts may
be there in several languages; German comes first, then the one without a language, then any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, TypeVar

from dealer_import.sources.bmecat_prices import NUMBERS, Price, PriceDetails, PriceRules
from dealer_import.sources.xml_stream import Attributes, Closing, Opening
from shopflow.parts.numbers import number_key

LIST = "\x1f"
"""Between the values of a field that has several. XML cannot contain it, so no value can."""
TYRE_FEATURES = {
    "fuel": "Kraftstoffeffizienz",
    "wet": "Nasshaftung",
    "noise_db": "Rollgeräusch dB",
    "noise_class": "Rollgeräuschklasse",
    "snow": "3PMSF",
    "eprel": "EPREL",
}
"""Which feature says what of the EU tyre label; the profile's ``tyre_features`` overrides it."""
OE_KEYWORDS = ("OE ", "OEM ", "OE-Nr. ", "OE-Nr.: ")
"""How a keyword begins that is an OE number; the profile's ``oe_keywords`` overrides it."""
OLD = frozenset(["old_product", "old_article"])
CONDITIONS = frozenset(["new", "used", "refurbished", "core_product", "core_article"])

PLAIN = {
    "SUPPLIER_PID": "supplier_pid",
    "MANUFACTURER_PID": "manufacturer_pid",
    "MANUFACTURER_NAME": "manufacturer_name",
    "EAN": "gtin",
    "DELIVERY_TIME": "delivery_time",
    "ORDER_UNIT": "order_unit",
    "CONTENT_UNIT": "content_unit",
    "NO_CU_PER_OU": "no_cu_per_ou",
    "PRICE_QUANTITY": "price_quantity",
    "QUANTITY_MIN": "quantity_min",
    "QUANTITY_INTERVAL": "quantity_interval",
    "CUSTOMS_NUMBER": "customs_number",
    "COUNTRY_OF_ORIGIN": "country_of_origin",
    "WEIGHT": "weight",
    "LENGTH": "length",
    "WIDTH": "width",
    "DEPTH": "depth",
}
LOCALIZED = {
    "DESCRIPTION_SHORT": "description_short",
    "DESCRIPTION_LONG": "description_long",
    "MANUFACTURER_TYPE_DESCR": "manufacturer_type",
}
PRICE_PARTS = {
    "PRICE_AMOUNT": "amount",
    "PRICE_CURRENCY": "currency",
    "TAX": "tax",
    "PRICE_FACTOR": "factor",
    "LOWER_BOUND": "lower",
}
OLD_NAMES = {"PROD_ID_TO": "ART_ID_TO", "PROD_ID": "ART_ID"}

A = TypeVar("A")


def both(actions: Mapping[str, A]) -> dict[str, A]:
    """``actions`` under the names of both generations."""
    old = {
        OLD_NAMES.get(name) or name.replace("PRODUCT", "ARTICLE").replace("_PID", "_AID"): action
        for name, action in actions.items()
    }
    return {**old, **actions}


def language_rank(language: str | None, default: str) -> int:
    """0 for German, 1 for a text in the catalogue's own language, 2 for any other."""
    if language is None:
        return 0 if default[:2] in ("de", "ge") else 1
    return 0 if language[:2].lower() == "de" or language.lower() == "ger" else 2


@dataclass(slots=True)
class Feature:
    """A feature while it is read; ``values`` with the rank of their language."""

    rank: int = 9
    name: str = ""
    values: list[tuple[int, str]] = dataclass_field(default_factory=list)
    unit: str = ""


class Product:
    """Gathers one product at a time. ``opening`` and ``closing`` are what a grammar needs."""

    def __init__(self, profile: Mapping[str, Any]) -> None:
        self.default_language = ""
        self._rules = PriceRules(profile)
        self._tyre = {
            key: f"feature:{name.casefold()}"
            for key, name in {**TYRE_FEATURES, **profile.get("tyre_features", {})}.items()
        }
        self._oe = tuple(profile.get("oe_keywords", OE_KEYWORDS))
        self._separator = str(profile.get("pid_separator", ""))
        self._joint = str(profile.get("category_separator", ">"))
        self.opening: dict[str, Opening] = both(
            {
                "PRODUCT_PRICE_DETAILS": self._open_details,
                "PRODUCT_PRICE": self._open_price,
                "PRODUCT_REFERENCE": self._open_reference,
                "FEATURE": self._open_feature,
                "MIME": self._open_mime,
            }
        )
        self.closing: dict[str, Closing] = both(
            {
                **{name: self._plain(field) for name, field in PLAIN.items()},
                **{name: self._localized(field) for name, field in LOCALIZED.items()},
                **{name: self._price_part(part) for name, part in PRICE_PARTS.items()},
                "INTERNATIONAL_PID": self._international,
                "SPECIAL_TREATMENT_CLASS": self._special,
                "KEYWORD": self._keyword,
                "PRODUCT_STATUS": self._status,
                "PROD_ID_TO": self._reference_to,
                "FNAME": self._feature_name,
                "FVALUE": self._feature_value,
                "FUNIT": self._feature_unit,
                "FEATURE": self._close_feature,
                "MIME_TYPE": self._mime_part(0),
                "MIME_SOURCE": self._mime_part(1),
                "MIME_PURPOSE": self._mime_part(2),
                "MIME": self._close_mime,
            }
        )
        self.begin()

    def begin(self) -> None:
        """Forget the product before."""
        self.fields: dict[str, str] = {}
        self._ranks: dict[str, int] = {}
        self._keywords: list[str] = []
        self._features: list[str] = []
        self._references: dict[str, list[str]] = {}
        self._details: list[PriceDetails] = []
        self._price = Price("")
        self._reference = self._date_kind = ""
        self._feature = Feature()
        self._mime = ["", "", ""]
        self._images: list[tuple[bool, str]] = []
        self._documents: list[str] = []

    # -- leaves --------------------------------------------------------------------------------------------------

    def _plain(self, name: str) -> Closing:
        def take(text: str, attributes: Attributes) -> None:
            self.fields[name] = text

        return take

    def _localized(self, name: str) -> Closing:
        def take(text: str, attributes: Attributes) -> None:
            rank = language_rank(attributes.get("lang"), self.default_language)
            if text and rank < self._ranks.get(name, 9):
                self._ranks[name], self.fields[name] = rank, text

        return take

    def extension(self, name: str) -> Closing:
        """What to do with an element of the supplier's own: ``UDX.…`` becomes a field of that name."""
        return self._plain(name.casefold())

    def _international(self, text: str, attributes: Attributes) -> None:
        kind = attributes.get("type", "gtin").lower()
        self.fields["gtin" if kind in ("gtin", "ean", "") else f"international_pid:{kind}"] = text

    def _special(self, text: str, attributes: Attributes) -> None:
        self.fields.setdefault("special_treatment", text)
        self.fields[f"special_treatment:{attributes.get('type', '').lower()}"] = text

    def _keyword(self, text: str, attributes: Attributes) -> None:
        if text and text not in self._keywords:
            self._keywords.append(text)

    def _status(self, text: str, attributes: Attributes) -> None:
        kind = attributes.get("type", "others").lower()
        if kind in OLD:
            self.fields["status"] = kind
        elif kind == "others" and text:
            self.fields.setdefault("status", text)
        elif kind in CONDITIONS:
            self.fields["condition"] = kind

    # -- prices and dates ------------------------------------------------------------------------------------------

    def _open_details(self, attributes: Attributes) -> None:
        self._details.append(PriceDetails())

    def _open_price(self, attributes: Attributes) -> None:
        if not self._details:
            self._details.append(PriceDetails())
        self._price = Price(attributes.get("price_type", ""))
        self._details[-1].prices.append(self._price)

    def _price_part(self, part: str) -> Closing:
        def take(text: str, attributes: Attributes) -> None:
            setattr(self._price, part, text.strip())

        return take

    def open_date(self, attributes: Attributes) -> None:
        """A date inside a product begins; its kind is told before it."""
        self._date_kind = attributes.get("type", "")

    def take_date(self, text: str) -> None:
        """A date inside a product; only those of prices matter."""
        if not self._details:
            return
        if self._date_kind == "valid_start_date":
            self._details[-1].start = text.strip()
        elif self._date_kind == "valid_end_date":
            self._details[-1].end = text.strip()

    # -- references, features, media -------------------------------------------------------------------------------

    def _open_reference(self, attributes: Attributes) -> None:
        self._reference = attributes.get("type", "others")

    def _reference_to(self, text: str, attributes: Attributes) -> None:
        if text.strip():
            self._references.setdefault(self._reference.lower(), []).append(text.strip())

    def _open_feature(self, attributes: Attributes) -> None:
        self._feature = Feature()

    def _feature_name(self, text: str, attributes: Attributes) -> None:
        rank = language_rank(attributes.get("lang"), self.default_language)
        if rank < self._feature.rank:
            self._feature.rank, self._feature.name = rank, " ".join(text.split())

    def _feature_value(self, text: str, attributes: Attributes) -> None:
        if text.strip():
            self._feature.values.append((language_rank(attributes.get("lang"), self.default_language), text.strip()))

    def _feature_unit(self, text: str, attributes: Attributes) -> None:
        self._feature.unit = text.strip()

    def _close_feature(self, text: str, attributes: Attributes) -> None:
        feature = self._feature
        if not feature.name or not feature.values:
            return
        best = min(feature.values)[0]
        values = [value for rank, value in feature.values if rank == best]
        self.fields[f"feature:{feature.name.casefold()}"] = LIST.join(values)
        unit = f" {feature.unit}" if feature.unit else ""
        self._features.append(f"{feature.name}={', '.join(values)}{unit}")

    def _open_mime(self, attributes: Attributes) -> None:
        self._mime = ["", "", ""]

    def _mime_part(self, index: int) -> Closing:
        def take(text: str, attributes: Attributes) -> None:
            if not self._mime[index] or language_rank(attributes.get("lang"), "") == 0:
                self._mime[index] = text.strip()

        return take

    def _close_mime(self, text: str, attributes: Attributes) -> None:
        kind, source, purpose = self._mime
        name = source.replace("\\", "/").rsplit("/", 1)[-1]
        if not name or name in (".", ".."):
            return
        if kind.startswith("image/") or purpose in ("thumbnail", "normal", "detail"):
            self._images.append((purpose != "normal", name))
        else:
            self._documents.append(name)

    # -- the whole -------------------------------------------------------------------------------------------------

    def finish(self, *, category: Sequence[str], supplier: str, day: str, currency: str) -> dict[str, str]:
        """The product's fields. ``category`` is its path; the rest is what the file's header says."""
        fields = self.fields
        fields.update(self._rules.fields(self._details, day, currency))
        pid = fields.get("supplier_pid", "").strip()
        self._identity(pid, supplier)
        fields["title"] = fields.get("description_short", "")
        fields["description"] = fields.get("description_long", "")
        if category:
            fields["category"] = self._joint.join(category)
        fields["pack_qty"] = fields.get("quantity_interval") or fields.get("quantity_min", "")
        if self._references:
            self._tell_references(pid)
        if self._keywords:
            self._tell_keywords()
        if self._features:
            fields["features"] = LIST.join(self._features)
            self._tell_tyre()
        if self._images:
            images = [name for _second, name in sorted(self._images, key=lambda image: image[0])]
            fields["image"], fields["images"] = images[0], LIST.join(images)
        if self._documents:
            fields["document"], fields["documents"] = self._documents[0], LIST.join(self._documents)
        if "length" in fields:
            self._tell_dimensions()
        return fields

    def _identity(self, pid: str, supplier: str) -> None:
        """Number and brand: the manufacturer's, else the supplier's. ``pid_separator`` parts ``BRAND:NUMBER``."""
        brand, number = "", pid
        if self._separator and self._separator in pid:
            brand, number = pid.split(self._separator, 1)
        self.fields["number"] = self.fields.get("manufacturer_pid", "").strip() or number
        self.fields["brand"] = self.fields.get("manufacturer_name", "").strip() or brand or supplier

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

    def _tell_tyre(self) -> None:
        """The tyre label as one text, in the order that the mapping reads."""
        values = {key: self.fields.get(name, "") for key, name in self._tyre.items()}
        if values["fuel"] and values["wet"]:
            snow = "3PMSF" if values["snow"].strip().lower() in ("ja", "yes", "true", "1", "3pmsf", "x") else ""
            eprel = f"EPREL {values['eprel']}" if values["eprel"] else ""
            label = (values["fuel"], values["wet"], values["noise_db"], values["noise_class"], snow, eprel)
            self.fields["tyre_label"] = ";".join(label)

    def _tell_dimensions(self) -> None:
        """Metres as BMEcat has them, in millimetres."""
        try:
            sides = [NUMBERS.scaled(self.fields.get(side, "").strip(), 3)[0] for side in ("length", "width", "depth")]
        except ValueError:
            return
        self.fields["dimensions"] = "x".join(str(side) for side in sides)
