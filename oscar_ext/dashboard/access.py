"""Who may open a staff page; the decorator lives in the core, because rooms below this one have staff pages too."""

from shopflow.core.access import may_open, staff_page

__all__ = ["may_open", "staff_page"]
