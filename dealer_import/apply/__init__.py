"""Writing a staged difference into the shop: a fixed number of SQL statements in one transaction."""

from dealer_import.apply.applying import apply_difference

__all__ = ["apply_difference"]
