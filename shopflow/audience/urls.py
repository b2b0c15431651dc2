from django.urls import path

from shopflow.audience import link_views, magnet_views, referral_views, survey_views, views

app_name = "shopflow-audience"

urlpatterns = [
    path("newsletter/", views.newsletter, name="newsletter"),
    path("newsletter/danke/", views.thanks, name="thanks"),
    path("einstellungen/bestaetigen/<str:token>/", views.confirm, name="confirm"),
    path("einstellungen/mail/<str:token>/", views.preferences, name="preferences"),
    path("einstellungen/nachweis/<str:token>.pdf", views.proof, name="proof"),
    path("einstellungen/bleiben/<str:token>/", link_views.stay, name="stay"),
    path("unterlagen/danke/", magnet_views.magnet_thanks, name="magnet-thanks"),
    path("unterlagen/anfordern/<slug:slug>/", magnet_views.request_magnet, name="magnet-request"),
    path("unterlagen/<str:token>/datei/", magnet_views.magnet_file, name="magnet-file"),
    path("unterlagen/<str:token>/", magnet_views.magnet, name="magnet"),
    path("umfrage/<uuid:key>/", survey_views.survey, name="survey"),
    path("gutschein/<slug:code>/", link_views.voucher, name="voucher"),
    path("l/<slug:code>/", views.share, name="share"),
    path("accounts/empfehlen/", referral_views.referral, name="referral"),
    path("accounts/mail-einstellungen/", views.account, name="account"),
]
