from django.urls import path

from shopflow.mailing import views

app_name = "shopflow-mailing"

urlpatterns = [
    path("abmelden/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
