"""Which right opens which door."""

from __future__ import annotations

VIEW = "dealer_import.view_importrun"
RUN = "dealer_import.run_import"
PROFILES = "dealer_import.change_storedprofile"
ORIGINS = "dealer_import.change_importorigin"
FEED = "dealer_import.change_feedsettings"
OWNERS = "dealer_import.change_fieldowner"
SUPPLIERS = "dealer_import.change_supplier"
