"""Pictures for the demo shop, drawn at load time: one motif per kind of part, shared by all parts of the kind."""

from shopflow.project.demo.pictures.loading import load

__all__ = ["load"]
