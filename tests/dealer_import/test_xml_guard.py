"""The guard on hostile XML, and what real catalogues may contain. No database."""

from __future__ import annotations

import io
import time

import pytest

from dealer_import.profiles import resolve_profile
from dealer_import.sources.bmecat import BmecatSource
from dealer_import.sources.xml_text import Chains, read_chain, rewritten, take_apart
from shopflow.contracts.imports import FileRefused, RawRecord

PROFILE = resolve_profile("b", {"b": {"format": "bmecat", "price_type": "net_list"}})
PRODUCT = (
    "<PRODUCT><SUPPLIER_PID>{number}</SUPPLIER_PID><PRODUCT_DETAILS><DESCRIPTION_SHORT>{title}</DESCRIPTION_SHORT>"
    "<MANUFACTURER_NAME>Filtrax</MANUFACTURER_NAME></PRODUCT_DETAILS><PRODUCT_PRICE_DETAILS><PRODUCT_PRICE"
    ' price_type="net_list"><PRICE_AMOUNT>12.50</PRICE_AMOUNT></PRODUCT_PRICE></PRODUCT_PRICE_DETAILS></PRODUCT>'
)


def catalogue(*products: str, prolog: str = "", inside: str = "") -> bytes:
    body = "\n".join(products) or PRODUCT.format(number="A1", title="Filter")
    return f"{prolog}<BMECAT><T_NEW_CATALOG>{inside}{body}</T_NEW_CATALOG></BMECAT>".encode()


def read(data: bytes, profile=PROFILE) -> list:
    return list(BmecatSource().records(io.BytesIO(data), profile.options))


def refused(data: bytes) -> str:
    with pytest.raises(FileRefused) as told:
        read(data)
    assert told.value.hint
    return told.value.reason


LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
HOSTILE = {
    "an external entity": '<!DOCTYPE BMECAT [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "a billion laughs": f'<!DOCTYPE BMECAT [<!ENTITY l0 "ha">{LAUGHS}]>',
    "one long entity": f'<!DOCTYPE BMECAT [<!ENTITY a "{"x" * 50_000}">]>',
    "an unparsed entity": '<!DOCTYPE BMECAT [<!NOTATION n SYSTEM "n"><!ENTITY x SYSTEM "x" NDATA n>]>',
}


@pytest.mark.parametrize("prolog", HOSTILE.values(), ids=HOSTILE)
def test_entities_are_refused_where_they_are_declared(prolog):
    assert refused(catalogue(prolog=prolog)) == "xml_entity"


HARMLESS = {
    "an external DTD": '<!DOCTYPE BMECAT SYSTEM "bmecat_new_catalog_1_2.dtd">',
    "a public DTD": '<!DOCTYPE BMECAT PUBLIC "-//BME//DTD" "http://192.0.2.1/never-asked.dtd">',
    "a parameter entity": '<!DOCTYPE BMECAT SYSTEM "b.dtd" [<!ENTITY % udx "(UDX.A)*"> %udx;]>',
    "an external parameter entity": '<!DOCTYPE BMECAT [<!ENTITY % more SYSTEM "http://192.0.2.1/x"> %more;]>',
    "comments and instructions": "<?xml-stylesheet href='x'?><!-- <BMECAT> -->",
}


@pytest.mark.parametrize("prolog", HARMLESS.values(), ids=HARMLESS)
def test_what_real_catalogues_begin_with_is_accepted(prolog):
    (record,) = read(catalogue(prolog=prolog))
    assert (record.fields["number"], record.fields["price"]) == ("A1", "12.50")


def test_an_entity_of_an_unread_dtd_is_its_character_or_refused_but_never_lost():
    prolog = '<!DOCTYPE BMECAT SYSTEM "b.dtd">'
    (record,) = read(catalogue(PRODUCT.format(number="A1", title="&Ouml;lfilter"), prolog=prolog))
    assert record.fields["title"] == "Ölfilter"
    assert refused(catalogue(PRODUCT.format(number="A1", title="&secret;"), prolog=prolog)) == "xml_entity"


@pytest.mark.parametrize("place", ["header", "product", "tail", "mixed"])
@pytest.mark.parametrize("depth", [70, 200_000])
def test_depth_is_refused_wherever_it_is(place, depth):
    deep = "<a>" * depth + "</a>" * depth
    if place == "mixed":
        deep = "<a>t" * depth + "</a>t" * depth
    product = PRODUCT.format(number="A1", title="Filter")
    data = {
        "header": catalogue(product, inside=deep),
        "product": catalogue(product.replace("<PRODUCT_DETAILS>", f"{deep}<PRODUCT_DETAILS>")),
        "tail": catalogue(product + deep),
        "mixed": catalogue(product.replace("</PRODUCT>", f"{deep}</PRODUCT>")),
    }[place]
    assert refused(data) == "xml_depth"


def test_sixty_levels_are_fine():
    deep = "<a>" * 60 + "</a>" * 60
    assert len(read(catalogue(PRODUCT.format(number="A1", title="F").replace("</PRODUCT>", f"{deep}</PRODUCT>")))) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty_file"),
        (b" \n\t", "empty_file"),
        (b"PK\x03\x04 zip", "not_xml"),
        (b"Teile-Nr;Preis\n1;2", "not_xml"),
        (b"<!DOCTYPE html><html><body>Login</body></html>", "not_xml"),
        (b"<PIES></PIES>", "not_xml"),
        (b"<BMECAT><T_NEW_CATALOG></BMECAT>", "not_xml"),
        (b"<BMECAT><T_NEW_CATALOG></T_NEW_CATALOG></BMECAT>", "no_records"),
        (b"<BMECAT><T_NEW_CATALOG><PRODUCT><SUPPLIER_PID>1</SUPPL", "incomplete_file"),
        (b"<BMECAT><T_NEW_CATALOG><PRODUCT></PRODUCT>", "incomplete_file"),
        (b"<BMECAT><!-- never closed", "incomplete_file"),
        (b'<?xml version="1.0" encoding="shift-jis"?><BMECAT/>', "encoding"),
        (b'<?xml version="1.0" encoding="no-such-thing"?><BMECAT/>', "encoding"),
        (b'<?xml version="1.0" encoding="UTF-8"?><BMECAT><A>M\xfcller</A></BMECAT>', "encoding"),
    ],
)
def test_what_is_no_catalogue_is_refused_with_its_reason(data, reason):
    assert refused(data) == reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "windows-1252", "utf-16"])
def test_the_declared_encoding_counts(encoding):
    told = "utf-8" if encoding == "utf-8-sig" else encoding
    prolog = f'<?xml version="1.0" encoding="{told}"?>'
    text = catalogue(PRODUCT.format(number="A1", title="Türgriff Größe"), prolog=prolog).decode()
    (record,) = read(text.encode(encoding))
    assert record.fields["title"] == "Türgriff Größe"


def test_cdata_comments_and_references_are_told_apart():
    first = PRODUCT.format(number="A1", title="<![CDATA[Satz <b>neu</b> </PRODUCT> & mehr]]>")
    second = PRODUCT.format(number="A2", title="a &lt; b &amp; c &#228; &#xE4; > d<!-- nicht -->!")
    hidden = f"<!-- {PRODUCT.format(number='X1', title='Kommentar')} -->"
    section = f"<![CDATA[{PRODUCT.format(number='X2', title='Abschnitt')}]]>"
    records = read(catalogue(hidden, first, section, second, hidden, PRODUCT.format(number="A3", title="Drei")))
    assert [record.fields["number"] for record in records] == ["A1", "A2", "A3"]
    assert records[0].fields["title"] == "Satz <b>neu</b> </PRODUCT> & mehr"
    assert records[1].fields["title"] == "a < b & c ä ä > d!"


def test_lines_and_texts_are_those_of_the_file():
    lines = [PRODUCT.format(number=f"A{n}", title="Filter") for n in range(5)]
    data = catalogue(*lines, prolog="<?xml version='1.0'?>\n\n")
    records = read(data)
    assert [record.line for record in records] == [3, 4, 5, 6, 7]
    assert records[2].raw.splitlines()[0] == lines[2]


def test_records_on_one_line_are_counted_on_from_it():
    """The line is how a record is found again, so no two may have the same."""
    data = catalogue("".join(PRODUCT.format(number=f"A{n}", title="Filter") for n in range(4)), prolog="\n")
    assert [record.line for record in read(data)] == [2, 3, 4, 5]


def test_records_larger_than_a_chunk_and_many_chunks():
    large = "x" * 300_000
    products = [PRODUCT.format(number=f"A{n}", title=large if n == 3 else "Filter " * 30) for n in range(2000)]
    records = read(catalogue(*products))
    assert [record.fields["number"] for record in records] == [f"A{n}" for n in range(2000)]
    assert records[3].fields["title"] == large


@pytest.mark.parametrize("kind", ["attribute", "comment", "text", "record", "names"])
def test_time_and_memory_stay_bounded(kind):
    huge = "y" * 20_000_000
    data = {
        "attribute": catalogue(inside=f"<A b='{huge}'/>"),
        "comment": catalogue(inside=f"<!-- {huge} -->"),
        "text": catalogue(inside=f"<A>{huge}</A>"),
        "record": catalogue(f"<PRODUCT>{huge}</PRODUCT>"),
        "names": catalogue("<PRODUCT>" + "<![CDATA[</PRODUCT>]]>" * 1000 + "</PRODUCT>"),
    }[kind]
    started = time.monotonic()
    assert refused(data) == "not_xml"
    assert time.monotonic() - started < 30


def test_a_chain_of_tags_is_read_whatever_stands_in_it():
    tags, begun = read_chain("""A>\n <B x="1>2" y='"'><ns:C z="&lt;"/><D""")
    assert [(tag.name, tag.attributes, tag.closing) for tag in tags] == [
        ("A", {}, True),
        ("B", {"x": "1>2", "y": '"'}, False),
        ("C", {"z": "<"}, False),
        ("D", {}, False),
    ]
    assert begun == ""
    assert read_chain("<D>5 ")[1] == "5 >"


def test_a_bracket_in_a_text_stays_in_it():
    fields: dict[str, str] = {}
    chains = Chains(lambda tag: None if tag.closing else tag.name.lower())
    take_apart("<R><A>1 > 2 &gt; 3</A><B>x</B></R>", chains, fields)
    assert fields == {"a": "1 > 2 > 3", "b": "x"}
    assert rewritten("<R><A b='>'>x<!-- y --></A></R>") == '<R><A b="&gt;">x</A></R>'
    assert rewritten("<R><A>") is None


def test_records_are_told_as_they_come():
    """Streaming: the first record is there before the file has been read."""

    class Counting(io.BytesIO):
        taken = 0

        def read(self, size=-1):
            data = super().read(size)
            self.taken += len(data)
            return data

    data = catalogue(*[PRODUCT.format(number=f"A{n}", title="Filter") for n in range(20_000)])
    stream = Counting(data)
    records = BmecatSource().records(stream, PROFILE.options)
    stream.taken = 0
    assert isinstance(next(records), RawRecord)
    assert stream.taken < len(data)
