"""The broker that needs no server: kombu's filesystem transport, made safe for readers and writers at once.

kombu writes a message into its final place and lets a reader move it away half-written, through a temporary folder
that may lie on another disk. Here a message appears whole, by a rename, and is taken by a rename, so that exactly one
reader gets it.
"""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

SCHEME = "folder"


class Channel(filesystem.Channel):
    """Messages as files ``<time>_<uuid>.<queue>.msg``; the oldest first."""

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        final = folder / f"{time.time_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        draft = folder / f".{final.name}"
        try:
            draft.write_text(dumps(payload))
            draft.rename(final)
        except OSError as error:
            raise ChannelError(f"Cannot write the message {final}: {error}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.startswith(".") or name.partition(".")[2] != f"{queue}.msg":
                continue
            mine = folder / f".{uuid.uuid4()}.taken"
            try:
                (folder / name).rename(mine)
            except FileNotFoundError:
                continue
            text = mine.read_text()
            mine.unlink()
            return loads(text)
        raise Empty


class Transport(filesystem.Transport):
    Channel = Channel


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
