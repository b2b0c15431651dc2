"""A RabbitMQ of our own in a temporary folder, on free loopback ports, gone when the tests are done."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.processes import NotInstalled, free_port, stop, wait_until_open

FOLDERS = (Path("/usr/lib/rabbitmq/bin"), Path("/usr/local/sbin"), Path("/opt/rabbitmq/sbin"))
"""Debian's ``/usr/sbin/rabbitmq-server`` insists on the system's own node; the script behind it does not."""


def program() -> Path:
    """The script that starts a node. Raises NotInstalled where there is none."""
    for folder in FOLDERS:
        if (folder / "rabbitmq-server").exists():
            return folder / "rabbitmq-server"
    raise NotInstalled("RabbitMQ is missing. Install it (on Debian: apt-get install rabbitmq-server).")


@contextmanager
def rabbitmq() -> Iterator[str]:
    """Start a node and yield its URL, with the user and password that every fresh node has."""
    script = program()
    folder = Path(tempfile.mkdtemp(prefix="shopflow-rabbitmq-"))
    port, names = free_port(), free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "ERL_EPMD_PORT": str(names),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": f"shopflow{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
        "RABBITMQ_CONFIG_FILE": str(folder / "none"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "none.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
    }
    (folder / "plugins").write_text("[].\n")
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen([script], env=environment, stdout=output, stderr=output, cwd=folder)
        try:
            wait_until_open(port, process, folder / "output", seconds=120)
            yield f"amqp://guest:guest@127.0.0.1:{port}//"
        finally:
            stop(process)
            epmd = shutil.which("epmd") or "epmd"
            subprocess.run([epmd, "-port", str(names), "-kill"], env=environment, stdout=subprocess.DEVNULL, timeout=30)
            shutil.rmtree(folder, ignore_errors=True)
