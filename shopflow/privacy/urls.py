from django.urls import path

from shopflow.privacy import views

app_name = "shopflow-privacy"

urlpatterns = [
    path("accounts/meine-daten/", views.my_data, name="my-data"),
    path("accounts/meine-daten/datei/", views.download, name="download"),
    path("accounts/meine-daten/loeschen/", views.leave, name="leave"),
    path("accounts/profile/delete/", views.leave, name="oscars-leave"),
]
