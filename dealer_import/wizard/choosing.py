"""Which of the known profiles a file is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from dealer_import.profiles import Profile
from dealer_import.wizard.evidence import Evidence, look_at
from dealer_import.wizard.previewing import best_reader
from dealer_import.wizard.suggesting import best_base


def best_profile(stream: BinaryIO, profiles: Mapping[str, Profile], evidence: Evidence | None = None) -> str:
    """The profile that fits the file best by its own evidence; empty if none does. Raises ``FileRefused``.

    Tables are told by the names of their columns, files without any by the rows that a profile takes.
    """
    told = evidence or look_at(stream)
    return best_base(told, profiles) if told.columns else best_reader(stream, told.format, profiles)
