from __future__ import annotations


def column_name(text: str) -> str:
    """A column's name as it is compared: without a byte order mark, blanks folded, in lower case."""
    return " ".join(text.replace("\ufeff", "").split()).casefold()
