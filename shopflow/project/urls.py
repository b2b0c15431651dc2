from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.cache import cache_control
from django.views.static import serve

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("", include("shopflow.addon.urls")),
]

if settings.SERVE_MEDIA:
    pictures = cache_control(public=True, max_age=3600)(serve)
    urlpatterns.insert(0, re_path(r"^media/(?P<path>.*)$", pictures, {"document_root": settings.MEDIA_ROOT}))

handler403 = "oscar.views.handler403"
handler404 = "oscar.views.handler404"
handler500 = "oscar.views.handler500"
