"""What the automations plug into the sockets: subscriber, conditions, actions, flows, mail words, staff page."""

from shopflow.automations.extensions import (  # noqa: F401
    actions,
    conditions,
    contacts,
    content_review,
    days,
    flows,
    goods,
    history,
    mail,
    orders,
    pages,
    personal_data,
    retention,
    review_flows,
    sending,
    staff_tasks,
    subscribers,
    switchboard,
    text_messages,
    usage,
)
