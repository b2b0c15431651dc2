"""Tables of the parts: brands, part data beside Oscar's products, references, vehicles, succession, publishing."""

from shopflow.parts.models.brands import Brand, Manufacturer
from shopflow.parts.models.care import VehicleDate
from shopflow.parts.models.documents import PartDocument, PartFile
from shopflow.parts.models.notices import NoticeReceipt, SafetyNotice
from shopflow.parts.models.parts import PartRecord
from shopflow.parts.models.prices import PartPriceTier, PriceHistory
from shopflow.parts.models.promises import DeliveryPromise
from shopflow.parts.models.publishing import GoodsCategory, PublishingBlock, PublishingDemand
from shopflow.parts.models.relations import CurrentPart, PartReference, PartRelation, PartSuccession
from shopflow.parts.models.vehicles import (
    GarageVehicle,
    PartFitment,
    PartModelPattern,
    PartVinPattern,
    VehicleMaker,
    VehicleType,
)

__all__ = [
    "Brand",
    "CurrentPart",
    "DeliveryPromise",
    "GarageVehicle",
    "GoodsCategory",
    "Manufacturer",
    "NoticeReceipt",
    "PartDocument",
    "PartFile",
    "PartFitment",
    "PartModelPattern",
    "PartPriceTier",
    "PartRecord",
    "PartReference",
    "PartRelation",
    "PartSuccession",
    "PartVinPattern",
    "PriceHistory",
    "PublishingBlock",
    "PublishingDemand",
    "SafetyNotice",
    "VehicleDate",
    "VehicleMaker",
    "VehicleType",
]
