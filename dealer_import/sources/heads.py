"""The beginning of a text file: whether it is one at all, and what tells its encoding."""

from __future__ import annotations

from typing import BinaryIO

from dealer_import.sentences import say as _
from dealer_import.sources.lines import HEAD_SIZE, MAX_LINE, is_binary
from shopflow.contracts.imports import FileRefused

MAX_EVIDENCE = 64
"""Megabytes to look through for the first letter outside ASCII."""
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_BINARY_STARTS = (b"PK\x03\x04", b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"7z\xbc\xaf", b"Rar!\x1a")
_MARKUP_STARTS = (
    b"<!doctype", b"<html", b"<?xml", b"<!--", b"<head", b"<body", b"<meta", b"<title", b"<style", b"<script", b"<div",
    b"<table",
)  # fmt: skip
_NOTHING = b"\xef\xbb\xbf\xff\xfe \t\r\n"
"""Byte order marks and blanks."""


def read_head(stream: BinaryIO) -> bytes:
    """The first megabyte; raises :class:`FileRefused` for an empty file and for one that is no text."""
    stream.seek(0)
    head = stream.read(HEAD_SIZE)
    if not head.strip(_NOTHING):
        raise FileRefused("empty_file", _("The file is empty. Export it again."))
    start = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_OLD_OFFICE):
        raise FileRefused("xls_old", _("This is an old XLS file. Open it and save it as XLSX."))
    if head.startswith(_BINARY_STARTS) or is_binary(head):
        raise FileRefused("not_a_table", _("This is not a text file. Save the table as CSV, or choose its format."))
    if start.startswith(_MARKUP_STARTS):
        raise FileRefused(
            "not_a_table", _("This is a web page or XML, not a table; perhaps a login page was downloaded instead.")
        )
    return head


def read_evidence(stream: BinaryIO) -> bytes:
    """The first megabyte, and if it is plain ASCII, the first stretch after it that is not: it tells the encoding."""
    head = read_head(stream)
    if len(head) < HEAD_SIZE or not head.isascii():
        return head
    for _chunk in range(MAX_EVIDENCE):
        chunk = stream.read(HEAD_SIZE) + stream.readline(MAX_LINE)
        if not chunk:
            break
        if not chunk.isascii():
            return head + chunk
    return head
