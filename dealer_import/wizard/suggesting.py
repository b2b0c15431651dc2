"""What the columns of a file probably mean, from their names; and a profile to begin with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from dealer_import.profiles import Profile
from dealer_import.profiles.fields import REQUIRED
from dealer_import.profiles.names import column_name
from dealer_import.wizard.evidence import Evidence

NAMES: dict[str, tuple[str, ...]] = {
    "number": (
        "teilenr",
        "teilenummer",
        "artikelnr",
        "artikelnummer",
        "artnr",
        "partnumber",
        "partno",
        "sku",
        "nummer",
    ),
    "brand": ("fabrikat", "marke", "hersteller", "brand", "manufacturer", "lieferant"),
    "title": (
        "bezeichnung",
        "benennung",
        "artikelbezeichnung",
        "description1",
        "title",
        "name",
        "text1",
        "kurztext",
        "artikeltext",
    ),
    "list_price": (
        "upenetto",
        "uvpnetto",
        "vknetto",
        "preisnetto",
        "upe",
        "uvp",
        "vk",
        "verkaufspreis",
        "bruttopreis",
        "uvpbrutto",
        "upebrutto",
        "vkbrutto",
        "preis",
        "price",
    ),
    "description": ("zusatztext", "langtext", "beschreibung", "description", "text2"),
    "category": ("warengruppe", "kategorie", "category", "hauptwarengruppe", "produktgruppe"),
    "gtin": ("ean", "gtin", "barcode", "eancode"),
    "unit": ("me", "mengeneinheit", "einheit", "unit", "mengenein"),
    "pack_qty": ("ve", "verpackungseinheit", "vpe", "packqty", "gebinde"),
    "price_per": ("preiseinheit", "pe", "priceper", "preisje"),
    "cost": ("eknetto", "ek", "einkaufspreis", "cost", "nettopreis"),
    "offer_price": ("aktionspreis", "sonderpreis", "angebotspreis"),
    "offer_from": ("aktionab", "aktionvon", "angebotab"),
    "offer_until": ("aktionbis", "angebotbis"),
    "price_kind": ("preiskennzeichen", "preisart"),
    "supplier_numbers": ("lieferantennummer", "lieferantenartikelnummer"),
    "trade_numbers": ("handelsnummer",),
    "former_numbers": ("altenummer", "vorgaengernummer"),
    "discount_group": ("rabattgruppe", "rg", "rabattcode", "discountgroup"),
    "tax": ("mwst", "ust", "steuer", "mwstsatz", "steuersatz", "vat", "tax"),
    "core_deposit": ("altteilpfand", "altteilwert", "kaution", "pfand", "coredeposit"),
    "battery_deposit": ("batteriepfand", "batpfand"),
    "stock": ("bestand", "lagerbestand", "bestandlager1", "menge", "verfuegbar", "stock", "qty"),
    "reserved": ("reserviert", "reservierung", "reserved"),
    "lead_days": ("lieferzeittage", "lieferzeit", "leadtime", "wiederbeschaffung"),
    "successor": ("ersetztdurch", "nachfolger", "neuenummer", "successor", "ersatznummer"),
    "succession_kind": ("ersart", "ersetzungsart", "ersetzungskennzeichen"),
    "oe_numbers": ("oenummern", "oenummer", "oenr", "oenumbers", "originalnummer"),
    "fitment": ("hsntsn", "kbanummer", "kba", "schluesselnummer"),
    "models": ("modelle", "fahrzeuge", "models", "verwendung"),
    "un_number": ("gefahrgut", "unnummer", "unnr"),
    "weight": ("gewichtkg", "gewicht", "weight"),
    "dimensions": ("lxbxhmm", "lxbxh", "masse", "abmessungen", "dimensions"),
    "customs_no": ("zolltarif", "zolltarifnummer", "statistischewarennummer", "hscode"),
    "origin": ("ursprung", "ursprungsland", "herkunftsland", "origin"),
    "image": ("bild", "bilddatei", "image", "foto"),
    "document": ("dokument", "document", "datenblatt"),
    "tyre_label": ("reifenlabel", "eulabel", "tyrelabel"),
    "valid_from": ("gueltigab", "preisgueltigab", "validfrom"),
    "status": ("status", "kennzeichen", "artikelstatus"),
    "images": ("weiterebilder", "bilder", "images"),
    "documents": ("weiteredokumente", "dokumente", "documents"),
    "features": ("merkmale", "technischedaten", "attribute", "features", "attributes"),
    "price_tiers": ("staffelpreise", "staffel", "mengenstaffel", "pricetiers"),
    "valid_to": ("gueltigbis", "preisgueltigbis", "validto"),
    "core_taxed": ("altteilsteuer", "altteilmwst"),
    "vin_patterns": ("finmuster", "vinpattern", "fahrgestellnummer"),
    "model_patterns": ("modellmuster", "modelpattern"),
    "kit": ("satzinhalt", "stueckliste", "kitcontents"),
    "alternatives": ("alternativen", "alternativteile", "alternatives"),
    "needed": ("wirdbenoetigt", "benoetigt"),
    "accessories": ("zubehoer", "accessories"),
    "content_unit": ("inhalteinheit", "inhaltseinheit", "grundpreiseinheit", "contentunit"),
    "content": ("inhalt", "inhaltsmenge", "nettoinhalt", "content"),
    "manufacturer": ("herstellergpsr", "herstellername", "manufacturername"),
    "manufacturer_address": ("herstelleranschrift", "herstelleradresse", "manufactureraddress"),
    "manufacturer_contact": ("herstellerkontakt", "herstelleremail", "manufactureremail"),
    "manufacturer_in_eu": ("herstellerineu",),
    "responsible": ("verantwortlicheperson", "euverantwortlicher", "responsibleperson"),
    "responsible_address": ("verantwortlichepersonanschrift", "responsibleaddress"),
    "responsible_contact": ("verantwortlichepersonkontakt", "responsibleemail"),
    "safety_text": ("sicherheitshinweise", "warnhinweise", "safetytext"),
    "hazard_class": ("gefahrgutklasse", "adrklasse", "hazardclass"),
    "packing_group": ("verpackungsgruppe", "packinggroup"),
    "limited_quantity": ("lq", "begrenztemenge", "limitedquantity"),
    "approval_kind": ("genehmigung", "genehmigungsart", "zulassung"),
    "approval_number": ("pruefzeichen", "abenummer", "kbanr", "approvalnumber"),
    "approval_note": ("auflagen", "approvalnote"),
    "order_multiple": ("abnahmezu", "bestellschritt"),
    "goods_class": ("warenart",),
    "sale_restriction": ("verkaufan",),
    "pickup_only": ("nurabholung",),
    "season": ("saison",),
}
TYPES = {
    "list_price": "money",
    "cost": "money",
    "core_deposit": "money",
    "offer_price": "money",
    "offer_from": "date",
    "offer_until": "date",
    "battery_deposit": "money",
    "stock": "quantity",
    "reserved": "quantity",
    "lead_days": "integer",
    "pack_qty": "integer",
    "price_per": "integer",
    "gtin": "gtin",
    "valid_from": "date",
    "valid_to": "date",
    "image": "filename",
    "document": "filename",
}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def plain(name: str) -> str:
    """A column's name as it is compared: ``Teile-Nr.`` → ``teilenr``."""
    return re.sub(r"[^a-z0-9]", "", name.casefold().translate(_UMLAUTS))


def suggest_columns(columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Field → columns, each column once. Equal names count first, then names that begin alike."""
    free = {plain(column): column for column in reversed(columns) if plain(column)}
    found: dict[str, tuple[str, ...]] = {}
    for alike in (_same, _begins):
        for field, names in NAMES.items():
            if field not in found:
                key = next((key for name in names for key in free if alike(key, name)), None)
                if key is not None:
                    found[field] = (free.pop(key),)
    if "title" not in found and "description" in found:
        found["title"] = found.pop("description")  # a file with one text has a name, and no description
    if "stock" in found:
        found["stock"] += tuple(_other_stocks(columns, found["stock"][0], free))
    return found


def _same(key: str, name: str) -> bool:
    return key == name


def _begins(key: str, name: str) -> bool:
    return len(name) > 3 and key.startswith(name)


def _other_stocks(columns: Sequence[str], first: str, free: Mapping[str, str]) -> Iterable[str]:
    """``Bestand Lager 2`` beside ``Bestand Lager 1``."""
    stem = plain(first).rstrip("0123456789")
    others = [c for c in columns if plain(c) in free and plain(c).rstrip("0123456789") == stem]
    return others if plain(first) != stem else ()


def best_base(evidence: Evidence, profiles: Mapping[str, Profile]) -> str:
    """The known profile whose required columns are all in the file and of whose columns most are; empty if none."""
    there = {plain(column) for column in evidence.columns}
    best, hits = "", 0
    for name, profile in profiles.items():
        if profile.format != evidence.format:
            continue
        named = {plain(label) for column in profile.columns.values() for label in column.labels}
        needed = {plain(label) for column in profile.columns.values() if column.required for label in column.labels}
        score = len(named & there)
        if evidence.columns and (not needed or not needed <= there):
            continue
        if score > hits or not best:
            best, hits = name, score
    return best


def first_tables(evidence: Evidence, base: Profile | None) -> dict[str, Any]:
    """The profile to begin with: that of ``base``, else one made of the suggestions."""
    if base is not None:
        return {key: deepcopy(value) for key, value in base.options.items() if key != "source"}
    tables: dict[str, Any] = {"format": evidence.format, "mode": "delta", "columns": {}}
    if evidence.format == "csv":
        tables |= {
            "encoding": evidence.encoding,
            "delimiter": evidence.delimiter,
            "skip_lines": evidence.skip_lines,
            "decimal": evidence.decimal,
            "thousands": "." if evidence.decimal == "," else ",",
            **_header(evidence),
        }
    elif evidence.format == "xlsx":
        tables |= {"skip_lines": "auto", "sheet": "auto"}
    for field, columns in suggest_columns(evidence.columns).items():
        tables["columns"][field] = column_table(field, columns)
    if "brutto" in plain(str(tables["columns"].get("list_price", {}).get("from", ""))):
        tables["prices"] = "gross"
    return tables


def renewed_tables(evidence: Evidence, former: Mapping[str, Any]) -> dict[str, Any]:
    """``former`` for a text that is cut otherwise, or whose header stands elsewhere: what it still says of its columns.

    Fields without a column are proposed anew.
    """
    there = {column_name(column) for column in evidence.columns}
    kept = {
        field: table
        for field, table in former.get("columns", {}).items()
        if "const" in table or {column_name(name) for name in _names(table)} <= there
    }
    used = {column_name(name) for table in kept.values() for name in _names(table)}
    for field, columns in suggest_columns([name for name in evidence.columns if column_name(name) not in used]).items():
        kept.setdefault(field, column_table(field, columns))
    found = {"encoding": evidence.encoding, "delimiter": evidence.delimiter, "skip_lines": evidence.skip_lines}
    told = {key: value for key, value in former.items() if key != "header"}
    return {**told, **_header(evidence), **found, "columns": kept}


def _header(evidence: Evidence) -> dict[str, Any]:
    return {} if evidence.has_header else {"header": False}


def _names(table: Mapping[str, Any]) -> Sequence[str]:
    names = table.get("from", ())
    return [names] if isinstance(names, str) else names


def column_table(
    field: str, columns: Sequence[str], former: Mapping[str, Any] | None = None, *, required: bool | None = None
) -> dict[str, Any]:
    """The profile's table for ``field`` from ``columns``, keeping what ``former`` says beyond that."""
    kept = {key: value for key, value in (former or {}).items() if key not in ("from", "const", "required")}
    table: dict[str, Any] = {"from": columns[0] if len(columns) == 1 else list(columns), **kept}
    if field in REQUIRED["full"] if required is None else required:
        table["required"] = True
    if field in TYPES:
        table.setdefault("type", TYPES[field])
    return table
