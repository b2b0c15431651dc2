from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from shopflow.mailing import views

app_name = "shopflow-mailing"

urlpatterns: list[URLPattern | URLResolver] = [
    path("abmelden/<str:token>/", views.unsubscribe, name="unsubscribe"),
]

if getattr(settings, "ANYMAIL", {}).get("WEBHOOK_SECRET"):
    # Without the secret anybody could report a bounce and have an address blocked.
    urlpatterns.append(path("anbieter/", include("anymail.urls")))
