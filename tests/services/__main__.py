"""``python -m tests.services COMMAND ...``: run a command with PostgreSQL and Redis beside it.

The command finds them in ``DATABASE_URL``, ``CACHE_URL`` and ``CELERY_BROKER_URL``. Both servers are temporary,
listen on loopback only, and are stopped when the command ends, however it ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import FrameType

from tests.services.postgres import postgres
from tests.services.processes import DidNotStart, NotInstalled
from tests.services.redis import redis


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main(command: list[str]) -> int:
    if not command:
        print(__doc__)
        return 2
    signal.signal(signal.SIGTERM, _leave)
    with postgres() as database, redis() as memory:
        servers = {
            "DATABASE_URL": database,
            "CACHE_URL": f"{memory}/1",
            "CELERY_BROKER_URL": f"{memory}/2",
        }
        process = subprocess.Popen(command, env={**os.environ, **servers})
        try:
            return process.wait()
        except KeyboardInterrupt:
            return process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(60)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (NotInstalled, DidNotStart) as error:
        sys.exit(str(error))
