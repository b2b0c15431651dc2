"""An SMTP server in a process of its own that writes the Message-ID of each mail it takes to a file, one a line."""

from __future__ import annotations

import asyncio
import sys
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP


class Recorder:
    def __init__(self, log: Path) -> None:
        self.log = log

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        name = message_from_bytes(envelope.content)["Message-ID"]
        with self.log.open("a", encoding="utf-8") as stream:
            stream.write(f"{name}\n")
        return "250 OK"


async def serve(port: int, log: Path) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Recorder(log), loop=loop), "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
