# ruff: noqa: C901, SIM115, ISC004, RUF059, UP031
"""The same parts as BMEcat 2005 and PIES 7.2."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape as xesc

from benchmarks.dealer_samples.records import (
    ACC,
    BATT,
    FLUID,
    NORM,
    UNIT_PIES,
    UNIT_REC20,
    WEAR,
    dot,
    norm_no,
    succ_text,
)
from benchmarks.dealer_samples.table import Out


class BmecatWriter:
    def __init__(self, out: Path, n: int):
        self.n, self.o, self.k, self.s = n, Out(out / "bmecat2005.xml"), 0, 0
        self.groups, self.map = {}, []
        self.tmp = open(out / ".bmecat_map.tmp", "w+", encoding="utf-8")
        self.bad = {"missing_pid": 0, "price_text": 0}
        e = self.o.w
        e(
            (
                """<?xml version="1.0" encoding="UTF-8"?>
<BMECAT xmlns="http://www.bmecat.org/bmecat/2005" version="2005">
<HEADER><GENERATOR_INFO>gen_samples %s</GENERATOR_INFO><CATALOG><LANGUAGE default="true">deu</LANGUAGE>
<CATALOG_ID>SHOPFLOW-TEST</CATALOG_ID><CATALOG_VERSION>001.000</CATALOG_VERSION>
<CATALOG_NAME lang="deu">Teile und Zubehör (erfunden)</CATALOG_NAME>
<DATETIME type="generation_date"><DATE>2026-11-21</DATE><TIME>05:30:00</TIME></DATETIME>
<TERRITORY>DE</TERRITORY><CURRENCY>EUR</CURRENCY><MIME_ROOT>bilder/</MIME_ROOT></CATALOG>
<SUPPLIER><SUPPLIER_NAME>Autohaus Beispiel GmbH</SUPPLIER_NAME></SUPPLIER></HEADER>
<T_NEW_CATALOG>
"""
                % "1.0"
            ).encode()
        )
        # the category tree must stand before the products
        paths = sorted({t[1] for t in WEAR + FLUID + NORM + ACC} | {BATT[1], "Räder & Reifen > Reifen"})
        e(
            b"<CATALOG_GROUP_SYSTEM><GROUP_SYSTEM_ID>1</GROUP_SYSTEM_ID>\n"
            b'<CATALOG_STRUCTURE type="root"><GROUP_ID>1</GROUP_ID><GROUP_NAME lang="deu">Katalog'
            b"</GROUP_NAME><PARENT_ID>0</PARENT_ID></CATALOG_STRUCTURE>\n"
        )
        nid = 2
        leafs = set(paths)
        for p in paths:
            bits = p.split(" > ")
            for k in range(1, len(bits) + 1):
                sub = " > ".join(bits[:k])
                if sub in self.groups:
                    continue
                par = self.groups.get(" > ".join(bits[: k - 1]), 1)
                self.groups[sub] = nid
                kind = "leaf" if sub in leafs and not any(x.startswith(sub + " > ") for x in paths) else "node"
                e(
                    (
                        f'<CATALOG_STRUCTURE type="{kind}"><GROUP_ID>{nid}</GROUP_ID><GROUP_NAME lang="deu">'
                        f"{xesc(bits[k - 1])}</GROUP_NAME><PARENT_ID>{par}</PARENT_ID></CATALOG_STRUCTURE>\n"
                    ).encode()
                )
                nid += 1
        e(b"</CATALOG_GROUP_SYSTEM>\n")

    def add(self, d: dict):
        st, sk = succ_text(d, self.n)
        pid = f"{d['brand']}:{d['key']}"
        f = [
            f'<PRODUCT mode="new"><SUPPLIER_PID type="supplier_specific">{pid}</SUPPLIER_PID><PRODUCT_DETAILS>',
            f'<DESCRIPTION_SHORT lang="deu">{xesc(d["short"])}</DESCRIPTION_SHORT>',
            f'<DESCRIPTION_LONG lang="deu">{xesc(d["long"])}</DESCRIPTION_LONG>',
            f'<INTERNATIONAL_PID type="gtin">{d["gtin"]}</INTERNATIONAL_PID>',
            f"<MANUFACTURER_PID>{xesc(d['no'])}</MANUFACTURER_PID>",
            f"<MANUFACTURER_NAME>{xesc(d['label'])}</MANUFACTURER_NAME>",
            f"<DELIVERY_TIME>{d['lead']}</DELIVERY_TIME>",
        ]
        if d["un"]:
            f.append(f'<SPECIAL_TREATMENT_CLASS type="GGVS">{d["un"]}</SPECIAL_TREATMENT_CLASS>')
        for x in d["oe"]:
            f.append(f'<KEYWORD lang="deu">OE {xesc(x)}</KEYWORD>')
        if d["status"] == "X":
            f.append('<PRODUCT_STATUS type="others" lang="deu">Auslauf</PRODUCT_STATUS>')
        f.append("</PRODUCT_DETAILS>")
        feats = []
        if d["tyre"]:
            t = d["tyre"]
            feats = [
                ("Größe", t["size"]),
                ("Kraftstoffeffizienz", t["rr"]),
                ("Nasshaftung", t["wet"]),
                ("Rollgeräusch dB", str(t["db"])),
                ("3PMSF", "ja" if t["snow"] else "nein"),
            ]
        if d["fit"]:
            feats.append(("HSN/TSN", [f"{x[0]}/{x[1]}" for x in d["fit"]]))
        if feats:
            f.append(
                "<PRODUCT_FEATURES><REFERENCE_FEATURE_SYSTEM_NAME>udf_shopflow-1.0"
                "</REFERENCE_FEATURE_SYSTEM_NAME><REFERENCE_FEATURE_GROUP_ID>1"
                "</REFERENCE_FEATURE_GROUP_ID>"
            )
            for k, v in feats:
                vs = v if isinstance(v, list) else [v]
                f.append(
                    f'<FEATURE><FNAME lang="deu">{xesc(k)}</FNAME>'
                    + "".join(f"<FVALUE>{xesc(x)}</FVALUE>" for x in vs)
                    + "</FEATURE>"
                )
            f.append("</PRODUCT_FEATURES>")
        u = UNIT_REC20[d["unit"]]
        f.append(
            f"<PRODUCT_ORDER_DETAILS><ORDER_UNIT>{u}</ORDER_UNIT><CONTENT_UNIT>{u}</CONTENT_UNIT>"
            f"<NO_CU_PER_OU>1</NO_CU_PER_OU><PRICE_QUANTITY>{d['per']}</PRICE_QUANTITY>"
            f"<QUANTITY_MIN>{d['pack']}</QUANTITY_MIN><QUANTITY_INTERVAL>{d['pack']}</QUANTITY_INTERVAL>"
            "</PRODUCT_ORDER_DETAILS>"
        )
        amount = dot(d["upe"])
        if d["i"] % 4001 == 17:
            amount, d = "auf Anfrage", d
            self.bad["price_text"] += 1
            ok = False
        elif d["i"] % 4003 == 19:
            f[0] = '<PRODUCT mode="new"><SUPPLIER_PID></SUPPLIER_PID><PRODUCT_DETAILS>'
            self.bad["missing_pid"] += 1
            ok = False
        else:
            ok = True
        f.append(
            '<PRODUCT_PRICE_DETAILS><DATETIME type="valid_start_date"><DATE>'
            f"{d['valid'].isoformat()}</DATE></DATETIME>"
            f'<PRODUCT_PRICE price_type="nrp"><PRICE_AMOUNT>{amount}</PRICE_AMOUNT>'
            "<PRICE_CURRENCY>EUR</PRICE_CURRENCY><TAX>0.19</TAX><LOWER_BOUND>1</LOWER_BOUND></PRODUCT_PRICE>"
            f'<PRODUCT_PRICE price_type="net_customer"><PRICE_AMOUNT>{dot(d["cost"])}</PRICE_AMOUNT>'
            "<PRICE_CURRENCY>EUR</PRICE_CURRENCY><TAX>0.19</TAX><LOWER_BOUND>1</LOWER_BOUND></PRODUCT_PRICE>"
            "</PRODUCT_PRICE_DETAILS>"
        )
        f.append(
            "<MIME_INFO><MIME><MIME_TYPE>image/jpeg</MIME_TYPE>"
            f'<MIME_SOURCE lang="deu">{d["img"]}</MIME_SOURCE><MIME_PURPOSE>normal</MIME_PURPOSE></MIME></MIME_INFO>'
        )
        udx = []
        if d["core"]:
            udx.append(f"<UDX.SHOPFLOW.CORE_DEPOSIT>{dot(d['core'])}</UDX.SHOPFLOW.CORE_DEPOSIT>")
        if d["bat"]:
            udx.append(f"<UDX.SHOPFLOW.BATTERY_DEPOSIT>{dot(d['bat'])}</UDX.SHOPFLOW.BATTERY_DEPOSIT>")
        if udx:
            f.append("<USER_DEFINED_EXTENSIONS>" + "".join(udx) + "</USER_DEFINED_EXTENSIONS>")
        for x in st.split("+") if st else ():
            f.append(
                '<PRODUCT_REFERENCE type="followup"><PROD_ID_TO>'
                f"{d['brand']}:{norm_no(x)}</PROD_ID_TO></PRODUCT_REFERENCE>"
            )
        f.append(
            "<PRODUCT_LOGISTIC_DETAILS><CUSTOMS_TARIFF_NUMBER><CUSTOMS_NUMBER>"
            f"{d['hs']}</CUSTOMS_NUMBER></CUSTOMS_TARIFF_NUMBER><COUNTRY_OF_ORIGIN>{d['coo']}"
            "</COUNTRY_OF_ORIGIN><PRODUCT_DIMENSIONS>"
            f"<WEIGHT>{d['wgt'] // 1000}.{d['wgt'] % 1000:03d}</WEIGHT>"
            f"<LENGTH>{d['dim'][0] / 1000:.3f}</LENGTH><WIDTH>{d['dim'][1] / 1000:.3f}</WIDTH>"
            f"<DEPTH>{d['dim'][2] / 1000:.3f}</DEPTH></PRODUCT_DIMENSIONS></PRODUCT_LOGISTIC_DETAILS></PRODUCT>\n"
        )
        self.o.w("".join(f).encode())
        if ok:
            self.k += 1
            self.s += d["upe"]
            self.tmp.write(
                f"<PRODUCT_TO_CATALOGGROUP_MAP><PROD_ID>{pid}</PROD_ID>"
                f"<CATALOG_GROUP_ID>{self.groups[d['cat']]}</CATALOG_GROUP_ID>"
                "</PRODUCT_TO_CATALOGGROUP_MAP>\n"
            )

    def close(self):
        self.tmp.seek(0)
        while chunk := self.tmp.read(1 << 20):
            self.o.w(chunk.encode())
        name = self.tmp.name
        self.tmp.close()
        Path(name).unlink()
        self.o.w(b"</T_NEW_CATALOG>\n</BMECAT>\n")
        r = self.o.close()
        r.update(
            encoding="utf-8",
            products_ok=self.k,
            sum_nrp_cents_ok=self.s,
            seeded=self.bad,
            rejected=sum(self.bad.values()),
            categories=len(self.groups) + 1,
            note="price_type nrp = Listenpreis netto (UPE), net_customer = EK; "
            "PRICE_QUANTITY 100 means the amount is for 100 pieces",
        )
        return r


class PiesWriter:
    NS = "http://www.autocare.org"

    def __init__(self, out: Path, n: int):
        self.n, self.o, self.k, self.s = n, Out(out / "pies72.xml"), 0, 0
        self.o.w(
            (
                f'<?xml version="1.0" encoding="UTF-8"?>\n<PIES xmlns="{self.NS}">\n'
                "<Header><PIESVersion>7.2</PIESVersion><SubmissionType>FULL</SubmissionType>"
                "<BlanketEffectiveDate>2026-11-21</BlanketEffectiveDate>"
                "<CurrencyCode>EUR</CurrencyCode><LanguageCode>DE</LanguageCode>"
                "<TechnicalContact>Test</TechnicalContact>"
                "<ContactEmail>test@example.invalid</ContactEmail>"
                "<PCdbVersionDate>2026-10-30</PCdbVersionDate><PAdbVersionDate>2026-10-30</PAdbVersionDate>"
                "</Header>\n"
                '<PriceSheets><PriceSheet MaintenanceType="A"><PriceSheetNumber>P2026</PriceSheetNumber>'
                "<PriceSheetName>Preisliste 2026</PriceSheetName><CurrencyCode>EUR</CurrencyCode>"
                "<EffectiveDate>2026-01-01</EffectiveDate></PriceSheet></PriceSheets>\n<Items>\n"
            ).encode()
        )

    def add(self, d: dict):
        st, sk = succ_text(d, self.n)
        u = UNIT_PIES[d["unit"]]
        w = f"{d['wgt'] / 1000:.3f}"
        f = [
            '<Item MaintenanceType="A">',
            f"<HazardousMaterialCode>{'Y' if d['un'] else 'N'}</HazardousMaterialCode>",
            f'<ItemLevelGTIN GTINQualifier="EN">0{d["gtin"]}</ItemLevelGTIN>',
            f"<PartNumber>{xesc(d['no'])}</PartNumber><BrandAAIAID>{d['brand']}</BrandAAIAID>",
            f"<BrandLabel>{xesc(d['label'])}</BrandLabel><ACESApplications>N</ACESApplications>",
            f'<ItemQuantitySize UOM="{u}">{d["per"]}</ItemQuantitySize>',
            f'<MinimumOrderQuantity UOM="{u}">{d["pack"]}</MinimumOrderQuantity>',
            f"<PartTerminologyID>{1000 + len(d['cat'])}</PartTerminologyID>",
            '<Descriptions><Description MaintenanceType="A" DescriptionCode="SHO" LanguageCode="DE">'
            f"{xesc(d['short'])}</Description>",
            f'<Description MaintenanceType="A" DescriptionCode="EXT" LanguageCode="DE">{xesc(d["long"])}'
            "</Description></Descriptions>",
            '<Prices><Pricing MaintenanceType="A" PriceType="LST"><PriceSheetNumber>P2026</PriceSheetNumber>'
            f"<CurrencyCode>EUR</CurrencyCode><EffectiveDate>{d['valid'].isoformat()}</EffectiveDate>"
            f'<Price UOM="PE">{dot(d["upe"])}</Price></Pricing>'
            '<Pricing MaintenanceType="A" PriceType="JBR"><PriceSheetNumber>P2026</PriceSheetNumber>'
            f'<CurrencyCode>EUR</CurrencyCode><Price UOM="PE">{dot(d["cost"])}</Price></Pricing></Prices>',
            '<ExtendedInformation><ExtendedProductInformation MaintenanceType="A" EXPICode="CTO">'
            f"{d['coo']}</ExtendedProductInformation>",
        ]
        if st:
            f.append(
                '<ExtendedProductInformation MaintenanceType="A" EXPICode="PS2">'
                f"{xesc(st)}</ExtendedProductInformation>"
            )
        f.append("</ExtendedInformation>")
        if d["tyre"]:
            f.append(
                "<ProductAttributes>"
                f'<ProductAttribute MaintenanceType="A" AttributeID="Reifengröße" PADBAttribute="N" '
                f'RecordNumber="1">{d["tyre"]["size"]}</ProductAttribute></ProductAttributes>'
            )
        f.append(
            f'<Packages><Package MaintenanceType="A"><PackageLevelGTIN>0{d["gtin"]}</PackageLevelGTIN>'
            f"<PackageUOM>{u}</PackageUOM><QuantityofEaches>{d['pack']}</QuantityofEaches>"
            f'<Dimensions UOM="CM"><MerchandisingHeight>{d["dim"][2] / 10:.1f}</MerchandisingHeight>'
            f"<MerchandisingWidth>{d['dim'][1] / 10:.1f}</MerchandisingWidth>"
            f"<MerchandisingLength>{d['dim'][0] / 10:.1f}</MerchandisingLength>"
            f"<ShippingHeight>{d['dim'][2] / 10:.1f}</ShippingHeight>"
            f"<ShippingWidth>{d['dim'][1] / 10:.1f}</ShippingWidth>"
            f"<ShippingLength>{d['dim'][0] / 10:.1f}</ShippingLength></Dimensions>"
            f'<Weights UOM="KG"><Weight>{w}</Weight></Weights></Package></Packages>'
        )
        if d["oe"]:
            f.append(
                "<PartInterchangeInfo>"
                + "".join(
                    '<PartInterchange MaintenanceType="A" BrandAAIAID="NWAG" BrandLabel="Nordwagen Originalteile">'
                    f"<PartNumber>{xesc(x)}</PartNumber></PartInterchange>"
                    for x in d["oe"]
                )
                + "</PartInterchangeInfo>"
            )
        f.append(
            '<DigitalAssets><DigitalFileInformation MaintenanceType="A" LanguageCode="DE">'
            f"<FileName>{d['img']}</FileName><AssetType>P04</AssetType>"
            "<Representation>A</Representation></DigitalFileInformation></DigitalAssets></Item>\n"
        )
        self.o.w("".join(f).encode())
        self.k += 1
        self.s += d["upe"]

    def close(self):
        self.o.w(
            (
                f"</Items>\n<Trailer><ItemCount>{self.k}</ItemCount>"
                "<TransactionDate>2026-11-21</TransactionDate></Trailer></PIES>\n"
            ).encode()
        )
        r = self.o.close()
        r.update(encoding="utf-8", items=self.k, trailer_item_count=self.k, sum_lst_cents=self.s)
        return r
