from django.urls import path

from shopflow.ordering import views

urlpatterns = [
    path("warenkorb/<str:token>/", views.restore_basket, name="basket-restore"),
    path("warenkorb-an-mich/", views.mail_basket, name="basket-mail"),
]
