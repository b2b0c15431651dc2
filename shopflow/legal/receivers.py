"""Wagtail moves pages without saving them; what is kept of their addresses is read anew then."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from wagtail.signals import page_slug_changed, page_unpublished, post_page_move

from shopflow.core.memo import changed


@receiver([page_slug_changed, page_unpublished, post_page_move], dispatch_uid="shopflow_legal_pages_moved")
def pages_moved(sender: Any, **kwargs: Any) -> None:
    changed("shopflow_legal.LegalPage")
