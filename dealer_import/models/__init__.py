"""Tables of the import: runs, findings, profiles, origins, owners of fields. Parts are in ``shopflow.parts``."""

from dealer_import.models.exports import FeedSettings, LowStock, Supplier, SupplierOrder
from dealer_import.models.golden import DeliveredCategory, FieldOwner, ScheduledPrice
from dealer_import.models.origins import ImportOrigin, ReceivedFile
from dealer_import.models.parallel import ParallelRun
from dealer_import.models.profiles import ProfileDraft, ProfileVersion, StoredProfile
from dealer_import.models.runs import ImportFinding, ImportRun, PartUndo

__all__ = [
    "DeliveredCategory",
    "FeedSettings",
    "FieldOwner",
    "ImportFinding",
    "ImportOrigin",
    "ImportRun",
    "LowStock",
    "ParallelRun",
    "PartUndo",
    "ProfileDraft",
    "ProfileVersion",
    "ReceivedFile",
    "ScheduledPrice",
    "StoredProfile",
    "Supplier",
    "SupplierOrder",
]
