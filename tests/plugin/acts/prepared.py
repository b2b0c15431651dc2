"""The plugin has just been installed: its tables come, and its models hold nothing that its migrations lack."""

from __future__ import annotations

import stage  # noqa: F401 (sets Django up)  # isort: skip
from django.core.management import call_command

call_command("migrate", interactive=False, verbosity=0)
call_command("makemigrations", check_changes=True, dry_run=True)
