from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from shopflow.mailing import click_views, proving_views, views
from shopflow.mailing.provider_views import provider

app_name = "shopflow-mailing"

urlpatterns: list[URLPattern | URLResolver] = [
    path("abmelden/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("weiter/<str:token>/", click_views.click, name="click"),
    path("adresse/", proving_views.ask, name="ask-proof"),
    path("adresse/<str:token>/", proving_views.prove, name="prove"),
]

if getattr(settings, "ANYMAIL", {}).get("WEBHOOK_SECRET"):
    # Without the secret anybody could report a bounce and have an address blocked.
    from anymail import urls as anymail_urls

    doors = [URLPattern(door.pattern, provider(door.callback), name=door.name) for door in anymail_urls.urlpatterns]
    urlpatterns.append(path("anbieter/", include((doors, anymail_urls.app_name))))
