"""The mail providers' doors: anymail's views, which answer strangers without falling over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailConfigurationError
from anymail.webhooks.base import AnymailCoreWebhookView
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse

from shopflow.mailing.delivery import is_usable

logger = logging.getLogger("shopflow.mailing")

View = Callable[..., HttpResponse]
UNREADABLE = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What reading something other than a provider's report ends in."""


class _Guarded(AnymailCoreWebhookView):
    """Everything that was sent is read before anything of it is acted upon, and refused as a whole."""

    def run_validators(self, request: HttpRequest) -> None:
        with _read(request):
            super().run_validators(request)

    def parse_events(self, request: HttpRequest) -> list[Any]:
        with _read(request):
            events = list(super().parse_events(request))
            if not all(map(is_usable, events)):
                raise ValueError("a report with something in it that providers do not send")
        return events


@contextmanager
def _read(request: HttpRequest) -> Iterator[None]:
    """Turn whatever an unreadable body ends in into a refusal. What fails on the way to the provider is none."""
    try:
        yield
    except SuspiciousOperation:
        raise
    except UNREADABLE as error:
        raise _refused(request, error) from error
    except AnymailAPIError as error:
        if error.__cause__ is not None and not isinstance(error.__cause__, UNREADABLE):
            raise
        raise _refused(request, error) from error


def _refused(request: HttpRequest, error: Exception) -> BadRequest:
    logger.warning("What came in at %s is no report: %s", request.path, type(error).__name__)
    return BadRequest("This is no report.")


def provider(view: View) -> View:
    """The view of one provider: there is none while its keys are not set, and what is no report of it is refused.

    Whatever else fails is our fault: the provider sees a server error and reports once more.
    """
    kind: Any = view.view_class  # type: ignore[attr-defined]
    guarded_kind: Any = type(kind.__name__, (_Guarded, kind), {})
    inner = guarded_kind.as_view()

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer: HttpResponse = inner(request, *args, **kwargs)
        except AnymailConfigurationError as error:
            logger.warning("A report at %s is not taken: %s", request.path, error)
            raise Http404 from error
        return answer

    return guarded
