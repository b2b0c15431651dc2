"""An invented dealer export of any size in the layout of the profile ``sample_csv``, and its later states."""

from __future__ import annotations

from pathlib import Path

from shopflow.project.demo.catalogue import FILE

BRANDS = ["Nordwagen Originalteile", "Haldenau Original", "Lünemotor", "Brehmer Bremsen", "Filtrax", "Voltano"]
BRANDS += ["Pneura", "Ölwerk Ost", "Schraubkontor Nord", "Anhalt Zubehör"]
NOUNS = ["Bremsbelagsatz", "Bremsscheibe", "Ölfilter", "Luftfilter", "Zündkerze", "Querlenker", "Stoßdämpfer"]
NOUNS += ["Lichtmaschine", "Anlasser", "Scheinwerfer", "Türgriff", "Kühlmittelpumpe", "Dichtung Ölwanne"]
PLACES = ["vorne", "hinten", "vorne links", "vorne rechts", "hinten links", "hinten rechts", "außen", "innen"]
GROUPS = ["Verschleiß > Bremsen", "Verschleiß > Filter", "Motor > Zündung", "Motor > Kühlung", "Fahrwerk > Lenker"]
GROUPS += ["Elektrik > Anlasser", "Elektrik > Generator", "Karosserie > Beleuchtung", "Innenraum > Sicherheit"]
MODELS = ["Alster 1.2 TSN 66 kW (2011-)", "Darß 1.2 TSN 66 kW (2015-2019)", "Fehmarn E 150 kW (2022-)"]
HSN = ["0993", "0992", "9812", "0991"]


def write(path: Path, rows: int, *, day: int, changed_every: int = 0, first: int = 0) -> None:
    """Write ``rows`` parts as delivered on ``day`` of November 2026; every n-th has another price than before.

    ``first`` is the number of the first one: parts from ``rows`` on are new to a shop that has the others.
    """
    head = FILE.read_bytes().split(b"\r\n")[:4]
    head[1] = f"Stand:;{day:02}.11.2026 05:30;;;".encode()
    with path.open("wb") as target:
        target.write(b"\r\n".join(head) + b"\r\n")
        for start in range(first, first + rows, 5000):
            lines = [row(n, day, changed_every) for n in range(start, min(first + rows, start + 5000))]
            target.write(("\r\n".join(lines) + "\r\n").encode("cp1252"))
        target.write(f"*** Ende;Anzahl Datensätze:;{rows};;\r\n".encode("cp1252"))


def row(n: int, day: int, changed_every: int = 0) -> str:
    """The line of part ``n``."""
    cents = 490 + n * 37 % 90_000
    if changed_every and n % changed_every == 0:
        cents += day
    brand = BRANDS[n * 7 % len(BRANDS)]
    title = f"{NOUNS[n % len(NOUNS)]} {PLACES[n // 7 % len(PLACES)]}"
    text = f"{title} von {brand}. Geprüft für gewerbliche Montage, Anzugsmomente laut Hersteller beachten ({n % 97})."
    vehicles = n % 3
    keys = ",".join(f"{HSN[(n + k) % 4]}/{_letters(n // 3 + k * 977)}" for k in range(vehicles))
    models = "|".join(MODELS[(n + k) % 3] for k in range(vehicles))
    cells = [
        f"{n:07d} {n % 97:02d}",
        brand,
        title,
        text,
        GROUPS[n % len(GROUPS)],
        _gtin(n),
        "STK",
        "1",
        "1",
        _euro(cents),
        _euro(cents * 7 // 10),
        f"{n % 20:02d}A",
        "19,00",
        "60,00" if n % 50 == 0 else "",
        "",
        f"{n % 9},00",
        f"{n % 4},00",
        "1,00" if n % 9 > 6 else "0,00",
        str(n % 14 + 1),
        "",
        "",
        f"OE {n % 60_000:06d}" if n % 4 == 0 else "",
        keys,
        models,
        "",
        f"{n % 20},{n % 1000:03d}",
        f"{n % 800 + 20}x{n % 300 + 10}x{n % 200 + 5}",
        "87083010",
        "DE",
        f"teil_{n:07d}.jpg",
        "",
        "",
        "01.03.2026",
        "A",
    ]
    return ";".join(cells)


def _euro(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def _letters(n: int) -> str:
    alphabet = "ABCDEFGHKLMNPRSTUVWXYZ0123456789"
    return "".join(alphabet[n // 32**place % 32] for place in range(3))


def _gtin(n: int) -> str:
    body = f"20{n:010d}"
    check = -(sum(int(d) for d in body[::2]) + 3 * sum(int(d) for d in body[1::2])) % 10
    return f"{body}{check}"
