from __future__ import annotations

from django.urls import path

from shopflow.documents import views

app_name = "shopflow-documents"

urlpatterns = [
    path("<int:pk>/", views.mine, name="mine"),
    path("<int:pk>/<str:token>/", views.by_token, name="by-token"),
]
