"""What staff fill in."""

from dealer_import.forms.uploads import UploadForm

__all__ = ["UploadForm"]
