"""A sending worker that writes down when it asked whose consent, and what it heard.

``python -m tests.services.basis_worker LOG GO`` says ``ready`` and begins when the file GO is there.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any


def main(log: Path, go: Path) -> None:
    import django

    django.setup()
    from shopflow.audience.extensions import ConsentBasis
    from shopflow.mailing.services import send_due

    real = ConsentBasis.holds_for

    def told(self: ConsentBasis, *, emails: Any, purpose: str) -> Any:
        began = time.time()
        found = real(self, emails=emails, purpose=purpose)
        with log.open("a", encoding="utf-8") as stream:
            stream.write("".join(f"{os.getpid()} {began!r} {email} {found[email].holds}\n" for email in emails))
        return found

    ConsentBasis.holds_for = told  # type: ignore[method-assign]
    print("ready", flush=True)
    while not go.exists():
        time.sleep(0.01)
    while send_due(limit=3):
        pass


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
