"""Staff tasks: kinds of work that the shop asks of its people."""

from __future__ import annotations

from abc import ABC
from typing import ClassVar

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label


class TaskKind(ABC):  # noqa: B024 - words only; tasks themselves are rows
    """A kind of staff task, such as “call back” or “refund within 14 days”.

    ``statutory`` kinds have a deadline that the law sets: they cannot be dismissed without a reason and stand first
    among tasks that are due at the same time.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    icon: ClassVar[str] = "square-check-big"
    statutory: ClassVar[bool] = False


task_kinds: Registry[TaskKind] = Registry("task kind", TaskKind)
