"""What ordering plugs into the sockets: its event."""

from shopflow.ordering import events  # noqa: F401
