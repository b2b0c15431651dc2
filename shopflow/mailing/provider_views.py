"""The mail providers' doors: anymail's views, which answer strangers without falling over."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from anymail.exceptions import AnymailConfigurationError
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse

logger = logging.getLogger("shopflow.mailing")

View = Callable[..., HttpResponse]


def provider(view: View) -> View:
    """The view of one provider: there is none while its keys are not set, and a body that nobody can read is refused.

    Whatever else fails is our fault: the provider sees a server error and reports once more.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except AnymailConfigurationError as error:
            logger.warning("A report at %s is not taken: %s", request.path, error)
            raise Http404 from error
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise BadRequest("This is no report.") from error

    return guarded
