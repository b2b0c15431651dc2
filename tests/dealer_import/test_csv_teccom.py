"""TecCom's article.csv: several lines per article, in any order."""

from __future__ import annotations

HEAD = "article_number|brand|identifier_qualifier|identifier_number|identifier_brand"


def test_the_lines_of_an_article_are_put_together(read_all):
    lines = [
        HEAD,
        "A 1|Filtrax|Ean|2000000000008|",
        "A 2|Filtrax|||",
        "A 1|Filtrax|OENumber|1N0 000 013|",
        "A 1|Filtrax|TecDoc|A1|24",
        "A 1|Filtrax|OENumber|1N0 000 014|",
        "A 1|Filtrax|TradeNumber|T-1|",
        "A 1|Filtrax|Alias|A-eins|",
        "A 3|Filtrax|Unbekannt|1|",
        "A 3|Filtrax|Ean||",
    ]
    reading, parts = read_all("\n".join([*lines, ""]).encode(), "teccom")
    assert [(part.number_key, part.gtin) for part in parts] == [("A1", "2000000000008"), ("A2", "")]
    assert [(found.kind, found.key) for found in parts[0].references] == [
        ("oe", "1N0000013"), ("oe", "1N0000014"), ("supplier", "AEINS"), ("trade", "T1"),
    ]  # fmt: skip
    assert [(finding.code, finding.line) for finding in reading.findings] == [("columns", 9), ("columns", 10)]
