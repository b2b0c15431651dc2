"""Mapping profiles: which column means what, how numbers are written, and where an import must stop and ask."""

from dealer_import.profiles.loading import load_profile, resolve_profile, shipped_profiles
from dealer_import.profiles.model import BadProfile, Column, Profile

__all__ = ["BadProfile", "Column", "Profile", "load_profile", "resolve_profile", "shipped_profiles"]
