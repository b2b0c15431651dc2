from django.urls import path

from shopflow.audience import link_views, views

app_name = "shopflow-audience"

urlpatterns = [
    path("newsletter/", views.newsletter, name="newsletter"),
    path("newsletter/danke/", views.thanks, name="thanks"),
    path("einstellungen/bestaetigen/<str:token>/", views.confirm, name="confirm"),
    path("einstellungen/mail/<str:token>/", views.preferences, name="preferences"),
    path("einstellungen/nachweis/<str:token>.pdf", views.proof, name="proof"),
    path("einstellungen/bleiben/<str:token>/", link_views.stay, name="stay"),
    path("gutschein/<slug:code>/", link_views.voucher, name="voucher"),
    path("l/<slug:code>/", views.share, name="share"),
    path("accounts/mail-einstellungen/", views.account, name="account"),
]
