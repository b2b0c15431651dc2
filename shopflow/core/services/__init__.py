"""The core's verbs, and the only writer of its tables."""

from shopflow.core.services.audit import audit
from shopflow.core.services.chain import append_record, append_records, verify_chain
from shopflow.core.services.forgetting import (
    any_of,
    delete_events,
    events_about,
    forget_events,
    forget_in_logs,
    forget_old_events,
    scrubbed,
)
from shopflow.core.services.heartbeat import beat
from shopflow.core.services.listening import is_heard
from shopflow.core.services.numbers import next_number
from shopflow.core.services.outbox import (
    cause_depth,
    caused_at,
    causes,
    deliver_due,
    publish,
    publish_first,
    retry_parked,
)

__all__ = [
    "any_of",
    "append_record",
    "append_records",
    "audit",
    "beat",
    "cause_depth",
    "caused_at",
    "causes",
    "delete_events",
    "deliver_due",
    "events_about",
    "forget_events",
    "forget_in_logs",
    "forget_old_events",
    "is_heard",
    "next_number",
    "publish",
    "publish_first",
    "retry_parked",
    "scrubbed",
    "verify_chain",
]
