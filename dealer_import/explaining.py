"""What the codes of findings and reasons mean, in words for staff."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.contracts.types import Label

FINDINGS: dict[str, tuple[Label, Label]] = {
    "price_rounded": (gettext_lazy("Price rounded"), gettext_lazy("More than two decimals; rounded half up.")),
    "stock_negative": (gettext_lazy("Stock below zero"), gettext_lazy("Counts as zero.")),
    "stock_fraction": (gettext_lazy("Part of a piece"), gettext_lazy("The stock was rounded down.")),
    "stock": (gettext_lazy("Stock is no number"), gettext_lazy("Map the word in the profile, or correct it.")),
    "date": (gettext_lazy("No such day"), gettext_lazy("The date was left out.")),
    "ean": (gettext_lazy("Wrong EAN"), gettext_lazy("The check digit is wrong; taken without the EAN.")),
    "ean_duplicate": (gettext_lazy("EAN taken"), gettext_lazy("Another part has this EAN; taken without it.")),
    "duplicate": (gettext_lazy("Same row twice"), gettext_lazy("The repetition was skipped.")),
    "duplicate_conflict": (
        gettext_lazy("Same part, other data"),
        gettext_lazy("The first row counts; remove the later one in the system."),
    ),
    "number_suspicious": (
        gettext_lazy("Doubtful number"),
        gettext_lazy("A spreadsheet may have changed it. Check the part."),
    ),
    "number_from_number_cell": (
        gettext_lazy("Number from a number cell"),
        gettext_lazy("Leading zeros may be lost. Format the column as text."),
    ),
    "number_missing": (gettext_lazy("No part number"), gettext_lazy("Without a number there is no part.")),
    "number_exponent": (
        gettext_lazy("Number destroyed"),
        gettext_lazy("A spreadsheet wrote it as 1,2E+11. Export without opening the file."),
    ),
    "number_too_long": (gettext_lazy("Number too long"), gettext_lazy("Usually a shifted column.")),
    "brand_missing": (gettext_lazy("No brand"), gettext_lazy("A part is known by brand and number.")),
    "title_missing": (gettext_lazy("No name"), gettext_lazy("A part without a name cannot be sold.")),
    "price": (gettext_lazy("No valid price"), gettext_lazy("It must be above zero and written as the profile says.")),
    "price_per": (gettext_lazy("Price unit"), gettext_lazy("A price is for 1, 10, 100 or 1000 units.")),
    "cost": (gettext_lazy("Cost is no amount"), gettext_lazy("Correct it in the system.")),
    "offer_price": (gettext_lazy("Special price is no amount"), gettext_lazy("Correct it in the system.")),
    "deposit": (gettext_lazy("Deposit is no amount"), gettext_lazy("Correct it in the system.")),
    "pack_qty": (gettext_lazy("Pack is no number"), gettext_lazy("A whole number above zero is needed.")),
    "lead_days": (gettext_lazy("Delivery time is no number"), gettext_lazy("It is counted in whole days.")),
    "unit": (gettext_lazy("Unknown unit"), gettext_lazy("Add it to the unit words of the profile.")),
    "tax": (gettext_lazy("Unknown VAT rate"), gettext_lazy("Only 19 % and 7 % are sold here.")),
    "columns": (gettext_lazy("Wrong number of columns"), gettext_lazy("A separator stands in a text without quotes.")),
    "record_kind": (
        gettext_lazy("Unknown kind of record"),
        gettext_lazy("Its mark is not in the profile; add it there if it matters."),
    ),
    "quote": (gettext_lazy("Open quotation mark"), gettext_lazy("It is never closed; the row cannot be read.")),
    "undecodable": (gettext_lazy("Unreadable characters"), gettext_lazy("Not in the file's encoding.")),
    "line_too_long": (gettext_lazy("Line too long"), gettext_lazy("No row is longer than a megabyte.")),
    "nul": (gettext_lazy("NUL character"), gettext_lazy("The row is damaged.")),
    "part_unknown": (
        gettext_lazy("Not in the shop"),
        gettext_lazy("A price or stock list adds no parts; it was skipped."),
    ),
    "succession_self": (gettext_lazy("Replaces itself"), gettext_lazy("Taken without the successor.")),
    "succession_unknown": (gettext_lazy("Unknown successor"), gettext_lazy("It is not in the shop; taken without it.")),
    "succession_loop": (gettext_lazy("Successors in a circle"), gettext_lazy("Both parts stay on sale.")),
    "image_missing": (gettext_lazy("Picture missing"), gettext_lazy("The file is not in the picture folder.")),
    "html": (gettext_lazy("HTML in a text"), gettext_lazy("Only harmless formatting was kept.")),
    "formula": (gettext_lazy("Formula"), gettext_lazy("A spreadsheet would run it. It is kept as text.")),
    "mojibake": (gettext_lazy("Broken umlauts"), gettext_lazy("The text was damaged before it came here.")),
    "field_locked": (gettext_lazy("Kept as it is"), gettext_lazy("The shop owns this field.")),
    "encoding_differs": (gettext_lazy("Other encoding"), gettext_lazy("The file was read in the encoding it has.")),
    "transaction": (
        gettext_lazy("Unknown transaction"),
        gettext_lazy("Taken as an update: parts that the file leaves out stay."),
    ),
    "missing_column": (
        gettext_lazy("Column not in the file"),
        gettext_lazy("The shop keeps what it has in this field."),
    ),
    "unmapped_column": (gettext_lazy("Unused column"), gettext_lazy("Map it, or leave it out on purpose.")),
    "text_missing": (gettext_lazy("Text missing"), gettext_lazy("A text that the file refers to is not in it.")),
    "renumber": (gettext_lazy("Renumbered"), gettext_lazy("The part has a new number.")),
    "value": (gettext_lazy("Unreadable value"), gettext_lazy("The part was taken without this value.")),
    "fitment": (gettext_lazy("Type key"), gettext_lazy("Four digits, a slash, three places; others were left out.")),
}


def name_of(code: str) -> str:
    """The finding in a few words; the code itself if it is a plugin's."""
    found = FINDINGS.get(code)
    return str(found[0]) if found else code


def meaning_of(code: str, severity: str = "") -> str:
    """What the finding means for its row, in a sentence."""
    found = FINDINGS.get(code)
    if found:
        return str(found[1])
    return _("The row was refused.") if severity == "error" else _("The row was taken, with this remark.")
