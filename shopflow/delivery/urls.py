from __future__ import annotations

from django.urls import path

from shopflow.delivery import views

urlpatterns = [
    path("accounts/downloads/", views.my_downloads, name="delivery-account"),
    path("downloads/datei/<str:ticket>/", views.file, name="delivery-file"),
    path("downloads/<str:key>/", views.access, name="delivery-access"),
    path("downloads/<str:key>/datei/<int:file_id>/", views.download, name="delivery-download"),
    path("downloads/<str:key>/lektion/<int:lesson_id>/", views.lesson, name="delivery-lesson"),
    path("downloads/<str:key>/neuer-link/", views.new_link, name="delivery-new-link"),
]
