"""The delivery room's verbs, and the only writer of its tables."""

from shopflow.delivery.services.access import (
    end_access,
    note_confirmed,
    note_paid,
    open_access,
    open_waiting,
    prepare_grants,
    raise_limit,
    revoke_order,
)
from shopflow.delivery.services.downloads import mark_lesson, start_download, touch
from shopflow.delivery.services.first_steps import move_first_step, remove_first_step, save_first_step
from shopflow.delivery.services.goods import (
    add_keys,
    create_product,
    publish_edition,
    save_good,
    save_lesson,
    save_pool,
    set_cover,
)
from shopflow.delivery.services.mails import send_access_mail, send_new_link
from shopflow.delivery.services.updates import announce_edition

__all__ = [
    "add_keys",
    "announce_edition",
    "create_product",
    "end_access",
    "mark_lesson",
    "move_first_step",
    "note_confirmed",
    "note_paid",
    "open_access",
    "open_waiting",
    "prepare_grants",
    "publish_edition",
    "raise_limit",
    "remove_first_step",
    "revoke_order",
    "save_first_step",
    "save_good",
    "save_lesson",
    "save_pool",
    "send_access_mail",
    "send_new_link",
    "set_cover",
    "start_download",
    "touch",
]
