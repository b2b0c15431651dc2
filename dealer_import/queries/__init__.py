"""Reads for the staff pages."""

from dealer_import.queries.findings import finding_counts, findings, samples_of_findings
from dealer_import.queries.profiles import known_profiles, profile_named, profile_tables, stored_tables
from dealer_import.queries.runs import (
    changed_since,
    hidden_parts,
    last_profile,
    narrowed_runs,
    price_changes,
    profiles_in_use,
    restorable,
    sources,
    sources_in_use,
    story,
    taken_back,
    written_parts,
)

__all__ = [
    "changed_since",
    "finding_counts",
    "findings",
    "hidden_parts",
    "known_profiles",
    "last_profile",
    "narrowed_runs",
    "price_changes",
    "profile_named",
    "profile_tables",
    "profiles_in_use",
    "restorable",
    "samples_of_findings",
    "sources",
    "sources_in_use",
    "stored_tables",
    "story",
    "taken_back",
    "written_parts",
]
