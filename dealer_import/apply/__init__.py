"""Writing a staged difference into the shop: a fixed number of SQL statements in one transaction."""

from dealer_import.apply.applying import Applying

__all__ = ["Applying"]
