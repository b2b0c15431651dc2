from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from benchmarks.stock_oscar.browse import Browse


def floor(request: HttpRequest) -> HttpResponse:
    """Nothing but Django and the middleware: what no page can be quicker than."""
    return HttpResponse("")


urlpatterns = [
    path("health/", floor),
    path("browse/", Browse.as_view()),
    path("browse/<int:pk>/", Browse.as_view()),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include(apps.get_app_config("oscar").urls[0])),
]
