"""Tables of the audience: contacts, consents and their proof, tags, attributes, scores, segments, lead sources."""

from shopflow.audience.models.campaigns import Campaign, SurveyAnswer, SurveyInvitation
from shopflow.audience.models.consents import Consent, ConsentEntry, ConsentRequest, RetiredEntry
from shopflow.audience.models.contacts import AudienceSettings, Contact, ContactOrder, SaleNotice, Stage
from shopflow.audience.models.leads import BasketLead, LeadSource, ShareLink, Touch
from shopflow.audience.models.magnets import LeadMagnet, LeadMagnetRequest
from shopflow.audience.models.marks import AttributeDefinition, AttributeValue, Tag, TagAssignment
from shopflow.audience.models.occasions import Announced, PersonalVoucher
from shopflow.audience.models.scores import ScoreCrossing, ScoreEntry, ScoreRule, ScoreThreshold
from shopflow.audience.models.segments import Segment, SegmentMember

__all__ = [
    "Announced",
    "AttributeDefinition",
    "AttributeValue",
    "AudienceSettings",
    "BasketLead",
    "Campaign",
    "Consent",
    "ConsentEntry",
    "ConsentRequest",
    "Contact",
    "ContactOrder",
    "LeadMagnet",
    "LeadMagnetRequest",
    "LeadSource",
    "PersonalVoucher",
    "RetiredEntry",
    "SaleNotice",
    "ScoreCrossing",
    "ScoreEntry",
    "ScoreRule",
    "ScoreThreshold",
    "Segment",
    "SegmentMember",
    "ShareLink",
    "Stage",
    "SurveyAnswer",
    "SurveyInvitation",
    "Tag",
    "TagAssignment",
    "Touch",
]
