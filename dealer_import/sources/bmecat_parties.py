"""The parties that a BMEcat catalogue names in its header, and products refer to: who made them, and where they sit."""

from __future__ import annotations

from collections.abc import Mapping

from dealer_import.sources.xml_stream import Attributes, Closing, Opening

PARTS = ("NAME", "STREET", "BOXNO", "ZIP", "CITY", "STATE", "COUNTRY", "COUNTRY_CODED", "EMAIL", "URL")
EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)
MAX_PARTIES = 10_000


class Parties:
    """Collects parties by all of their ids; ``opening`` and ``closing`` go into a grammar."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}
        self._party: dict[str, str] | None = None
        self._ids: list[str] = []
        self.opening: Mapping[str, Opening] = {"PARTY": self._open}
        self.closing: Mapping[str, Closing] = {
            "PARTY_ID": self._take_id,
            "PARTY": self._close,
            **{name: self._part(name) for name in PARTS},
        }

    def __len__(self) -> int:
        return len(self._known)

    def fields_of(self, party_id: str) -> dict[str, str]:
        """Name, address and contact of a party as a product's fields; empty for one that the header does not name."""
        party = self._known.get(party_id)
        if not party or "NAME" not in party:
            return {}
        town = " ".join(party[name] for name in ("ZIP", "CITY") if name in party)
        lines = [party.get("STREET") or party.get("BOXNO", ""), town, party.get("COUNTRY", "")]
        country = party.get("COUNTRY_CODED", "").upper()[:2]
        return {
            "maker_name": party["NAME"],
            "maker_address": "\n".join(line for line in lines if line),
            "maker_contact": party.get("EMAIL") or party.get("URL", ""),
            "maker_in_eu": "nein" if country and country not in EU else "",
        }

    def _open(self, attributes: Attributes) -> None:
        self._party, self._ids = {}, []

    def _take_id(self, text: str, attributes: Attributes) -> None:
        if self._party is not None and text.strip():
            self._ids.append(text.strip())

    def _part(self, name: str) -> Closing:
        def take(text: str, attributes: Attributes) -> None:
            if self._party is not None and text.strip():
                self._party.setdefault(name, text.strip())

        return take

    def _close(self, text: str, attributes: Attributes) -> None:
        if self._party is not None and len(self._known) < MAX_PARTIES:
            self._known.update(dict.fromkeys(self._ids, self._party))
        self._party = None
