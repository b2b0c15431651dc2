from django.urls import path

from shopflow.tracking import views

urlpatterns = [
    path("bestellung/", views.find_order, name="order-find"),
    path("bestellung/<str:token>/", views.order_status, name="order-status"),
]
