"""The audience's verbs, and the only writer of its tables."""

from shopflow.audience.services.campaigns import campaign_people, save_campaign, start_campaign
from shopflow.audience.services.changes import grant_consent, refuse, refuse_all, withdraw_all, withdraw_consent
from shopflow.audience.services.contacts import save_contact
from shopflow.audience.services.interest import confirm_interest, forget_profile, note_activity, notice_contentment
from shopflow.audience.services.lists import delete_listed, keep_code, save_listed, still_needed, suggest_lists
from shopflow.audience.services.magnets import (
    confirm_magnets,
    count_download,
    magnet_words,
    purge_magnet_requests,
    renew_magnet,
    request_magnet,
)
from shopflow.audience.services.marks import (
    add_tag,
    drop_values_of,
    expire_tags,
    remove_tag,
    set_attribute,
    set_birthday,
    tag_named,
)
from shopflow.audience.services.notices import change_settings, object_at_sale, record_notice
from shopflow.audience.services.occasions import (
    announce_anniversaries,
    announce_dates,
    announce_inactive,
    announce_lapsed,
)
from shopflow.audience.services.people import erase_person, export_person
from shopflow.audience.services.pipeline import change_contact, move_contact
from shopflow.audience.services.proof import proof_of, verify_ledger
from shopflow.audience.services.purchases import link_order, link_orders
from shopflow.audience.services.requests import confirm_consent, request_consent
from shopflow.audience.services.retention import purge_basket_sources, purge_old_evidence, purge_unconfirmed
from shopflow.audience.services.scoring import give_points, refresh_scores, score_event
from shopflow.audience.services.segments import (
    delete_segment,
    refresh_segment,
    refresh_segments,
    save_segment,
    take_snapshot,
    uses_of_segment,
)
from shopflow.audience.services.sources import (
    count_visit,
    create_share_link,
    note_basket,
    record_touch,
    referral_link,
)
from shopflow.audience.services.surveys import answer_survey, close_survey, invite_to_survey, purge_surveys
from shopflow.audience.services.vouchers import end_of_day, give_voucher

__all__ = [
    "add_tag",
    "announce_anniversaries",
    "announce_dates",
    "announce_inactive",
    "announce_lapsed",
    "answer_survey",
    "campaign_people",
    "change_contact",
    "change_settings",
    "close_survey",
    "confirm_consent",
    "confirm_interest",
    "confirm_magnets",
    "count_download",
    "count_visit",
    "create_share_link",
    "delete_listed",
    "delete_segment",
    "drop_values_of",
    "end_of_day",
    "erase_person",
    "expire_tags",
    "export_person",
    "forget_profile",
    "give_points",
    "give_voucher",
    "grant_consent",
    "invite_to_survey",
    "keep_code",
    "link_order",
    "link_orders",
    "magnet_words",
    "move_contact",
    "note_activity",
    "note_basket",
    "notice_contentment",
    "object_at_sale",
    "proof_of",
    "purge_basket_sources",
    "purge_magnet_requests",
    "purge_old_evidence",
    "purge_surveys",
    "purge_unconfirmed",
    "record_notice",
    "record_touch",
    "referral_link",
    "refresh_scores",
    "refresh_segment",
    "refresh_segments",
    "refuse",
    "refuse_all",
    "remove_tag",
    "renew_magnet",
    "request_consent",
    "request_magnet",
    "save_campaign",
    "save_contact",
    "save_listed",
    "save_segment",
    "score_event",
    "set_attribute",
    "set_birthday",
    "start_campaign",
    "still_needed",
    "suggest_lists",
    "tag_named",
    "take_snapshot",
    "uses_of_segment",
    "verify_ledger",
    "withdraw_all",
    "withdraw_consent",
]
