from __future__ import annotations

from django.urls import path

from shopflow.legal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("rechtstexte/<slug:slug>.pdf", views.text_pdf, name="legal-text"),
    path("vertrag-widerrufen/", views.withdraw, name="legal-withdraw"),
    path("vertrag-widerrufen/bestaetigen/", views.confirm_withdrawal, name="legal-withdraw-confirm"),
    path("vertrag-widerrufen/eingang/<uuid:token>/", views.withdrawal_receipt, name="legal-withdraw-receipt"),
    path("vertrag-widerrufen/eingang/<uuid:token>/datei/", views.download_receipt, name="legal-withdraw-file"),
]
